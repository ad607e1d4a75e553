// Operators on values known at compile time; those on arrays and on values of the run go on to
// theirs.

#include "compiler/Import/Evaluate/Evaluator.h"
#include "compiler/Import/Evaluate/Text.h"
#include "compiler/Import/Keras/Calls.h"
#include "compiler/Import/NumPy/Arrays.h"
#include "compiler/Import/NumPy/ComputedArrays.h"
#include "compiler/Import/NumPy/Moments.h"

#include <cmath>

#include <algorithm>

#include <fmt/format.h>

namespace ingot::import {

namespace {
using Type = RunTimeObject::Type;

Type typeOf(const Value &value) {
  if (auto *object = value.as<RunTimeObject>())
    return object->type;
  return value.boolean()   ? Type::Bool
         : value.integer() ? Type::Int
         : value.number()  ? Type::Float
                           : Type::Unknown;
}

/// A value's type as Python calls it, where it is a text or a number; empty otherwise.
std::string scalarTypeName(const Value &value) {
  if (value.str())
    return "str";
  switch (typeOf(value)) {
  case Type::Bool:
    return "bool";
  case Type::Int:
    return "int";
  case Type::Float:
    return "float";
  case Type::Str:
    return "str";
  default:
    return "";
  }
}

/// "text" + number, which Python does not convert.
bool joinsTextAndNumber(std::string_view op, const Value &left, const Value &right) {
  std::string a = scalarTypeName(left), b = scalarTypeName(right);
  return op == "+" && !a.empty() && !b.empty() && (a == "str") != (b == "str");
}

/// A value of the run of which not even the type is known.
bool isUntyped(const Value &value) {
  auto *object = value.as<RunTimeObject>();
  return object && object->type == Type::Unknown;
}

std::optional<int64_t> power(int64_t base, int64_t exponent) {
  int64_t result = 1;
  if (base == 0 || base == 1 || base == -1)
    return exponent == 0 || base == 1 ? 1 : base == 0 ? 0 : exponent % 2 ? -1 : 1;
  for (int64_t i = 0; i < exponent; ++i)
    if (__builtin_mul_overflow(result, base, &result))
      return std::nullopt;
  return result;
}

/// a // b and a % b as Python rounds them: down.
int64_t floorDivide(int64_t a, int64_t b) { return a / b - ((a % b != 0) && ((a < 0) != (b < 0))); }

struct Result {
  Value value;
  std::string error; // empty where there is a value
};

Result integerOperation(std::string_view op, int64_t a, int64_t b) {
  int64_t result = 0;
  const char *overflow = "the result does not fit in 64 bits";
  if ((op == "/" || op == "//" || op == "%") && b == 0)
    return {{}, "division by zero"};
  if (op == "+")
    return __builtin_add_overflow(a, b, &result) ? Result{{}, overflow} : Result{result, ""};
  if (op == "-")
    return __builtin_sub_overflow(a, b, &result) ? Result{{}, overflow} : Result{result, ""};
  if (op == "*")
    return __builtin_mul_overflow(a, b, &result) ? Result{{}, overflow} : Result{result, ""};
  if (op == "/")
    return {static_cast<double>(a) / static_cast<double>(b), ""};
  if ((op == "//" || op == "%") && b == -1)
    return op == "%" ? Result{0, ""} : a == INT64_MIN ? Result{{}, overflow} : Result{-a, ""};
  if (op == "//")
    return {floorDivide(a, b), ""};
  if (op == "%")
    return {a - floorDivide(a, b) * b, ""};
  if (op == "**") {
    if (b < 0)
      return a == 0 ? Result{{}, "0.0 cannot be raised to a negative power"}
                    : Result{std::pow(static_cast<double>(a), static_cast<double>(b)), ""};
    auto value = power(a, b);
    return value ? Result{*value, ""} : Result{{}, overflow};
  }
  if (op == "&")
    return {a & b, ""};
  if (op == "|")
    return {a | b, ""};
  if (op == "^")
    return {a ^ b, ""};
  if (b < 0 || b > 62)
    return b < 0 ? Result{{}, "negative shift count"} : Result{{}, overflow};
  if (op == ">>")
    return {a >> b, ""};
  return __builtin_mul_overflow(a, int64_t(1) << b, &result) ? Result{{}, overflow}
                                                             : Result{result, ""};
}

Result floatOperation(std::string_view op, double a, double b) {
  if ((op == "/" || op == "//" || op == "%") && b == 0)
    return {{}, "float division by zero"};
  if (op == "+")
    return {a + b, ""};
  if (op == "-")
    return {a - b, ""};
  if (op == "*")
    return {a * b, ""};
  if (op == "/")
    return {a / b, ""};
  if (op == "//")
    return {std::floor(a / b), ""};
  if (op == "%") {
    double rest = std::fmod(a, b);
    return {rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest, ""};
  }
  if (op == "**") {
    double value = std::pow(a, b);
    return std::isnan(value) && !std::isnan(a) ? Result{{}, "a complex result is not supported"}
                                               : Result{value, ""};
  }
  return {{}, fmt::format("unsupported operand types for {}: 'float'", op)};
}
} // namespace

Value Evaluator::binaryAtRunTime(std::string_view op, const Value &left, const Value &right,
                                 SourceRange range) {
  auto a = materialize(left, range), b = materialize(right, range);
  if (!a || !b)
    return {};
  auto isArray = [](const Value &value) {
    return value.as<ArrayObject>() || typeOf(value) == Type::Array;
  };
  Type x = typeOf(left), y = typeOf(right);
  Type type = isArray(left) || isArray(right)                     ? Type::Array
              : x == Type::Float || y == Type::Float || op == "/" ? Type::Float
              : x == Type::Int && y == Type::Int                  ? Type::Int
                                                                  : Type::Unknown;
  Value result = runTime(emit(Instruction::Binary, {*a, *b}, range, std::string(op)), type);
  describeResult(*result.as<RunTimeObject>(), op, left, right);
  return result;
}

Value Evaluator::binary(std::string_view op, const Value &left, const Value &right,
                        SourceRange range, bool inPlace) {
  if (left.isPoison() || right.isPoison())
    return {};
  if (left.as<ModuleObject>() || right.as<ModuleObject>())
    return {};
  if (joinsTextAndNumber(op, left, right)) {
    error(range,
          fmt::format("unsupported operand types for +: '{}' and '{}'; write str(...) around "
                      "the number, or an f-string",
                      scalarTypeName(left), scalarTypeName(right)));
    return {};
  }
  if (op == "%" && left.str() && !isKnown(right))
    return percentAtRunTime(*left.str(), right, range);
  bool runTimeOperand = left.as<RunTimeObject>() || right.as<RunTimeObject>();
  bool bothArrays = left.as<ArrayObject>() && right.as<ArrayObject>();
  auto *array = left.as<ArrayObject>() ? left.as<ArrayObject>() : right.as<ArrayObject>();
  auto *numbers = left.as<RunTimeObject>() ? left.as<RunTimeObject>() : right.as<RunTimeObject>();
  bool preprocesses = array && numbers && shapeAlongSample(*array, *numbers);
  if (array && !bothArrays && (!runTimeOperand || preprocesses))
    return arrayOperation(*this, op, left, right, range, inPlace);
  if (runTimeOperand || bothArrays)
    return binaryAtRunTime(op, left, right, range);
  auto *leftScalar = left.as<ScalarObject>(), *rightScalar = right.as<ScalarObject>();
  if (left.number() && right.number()) {
    Result result = left.integer() && right.integer()
                        ? integerOperation(op, *left.integer(), *right.integer())
                        : floatOperation(op, *left.number(), *right.number());
    if (!result.error.empty()) {
      error(range, result.error);
      return {};
    }
    if (leftScalar || rightScalar)
      return heap.make<ScalarObject>(resultType(left, right, op), *result.value.number());
    return result.value;
  }
  if (op == "%" && left.str()) {
    Formatted text = formatPercent(*left.str(), right);
    if (!text.error.empty())
      error(range, text.error);
    return text.error.empty() ? heap.str(text.text) : Value();
  }
  if (op == "+") {
    if (left.str() && right.str())
      return checkSize(left.str()->size() + right.str()->size(), range)
                 ? heap.str(*left.str() + *right.str())
                 : Value();
    auto *a = sequence(left), *b = sequence(right);
    if (a && b && (left.as<ListObject>() != nullptr) == (right.as<ListObject>() != nullptr)) {
      if (!checkSize(a->size() + b->size(), range))
        return {};
      if (inPlace && left.as<ListObject>() && left.object()->serial >= barrier) {
        std::vector<Value> more = *b;
        auto &items = left.as<ListObject>()->items;
        items.insert(items.end(), more.begin(), more.end());
        return left;
      }
      std::vector<Value> items = *a;
      items.insert(items.end(), b->begin(), b->end());
      return left.as<ListObject>() ? heap.list(std::move(items)) : heap.tuple(std::move(items));
    }
  }
  if (op == "*" && (left.integer() || right.integer())) {
    const Value &repeated = left.integer() ? right : left;
    uint64_t count = static_cast<uint64_t>(
        std::max<int64_t>(left.integer() ? *left.integer() : *right.integer(), 0));
    if (auto *items = sequence(repeated)) {
      if (count > 10000000 || !checkSize(count * items->size(), range))
        return checkSize(UINT64_MAX, range) ? Value() : Value();
      std::vector<Value> all;
      for (uint64_t i = 0; i < count; ++i)
        all.insert(all.end(), items->begin(), items->end());
      return repeated.as<ListObject>() ? heap.list(std::move(all)) : heap.tuple(std::move(all));
    }
    if (auto *text = repeated.str()) {
      if (count > 10000000 || !checkSize(count * text->size(), range))
        return checkSize(UINT64_MAX, range) ? Value() : Value();
      std::string all;
      for (uint64_t i = 0; i < count; ++i)
        all += *text;
      return heap.str(all);
    }
  }
  if (left.as<TensorObject>() || right.as<TensorObject>())
    return tensorOperation(*this, op, left, right, range);
  error(range, fmt::format("unsupported operand types for {}: '{}' and '{}'", op, typeName(left),
                           typeName(right)));
  return {};
}

Value Evaluator::unary(std::string_view op, const Value &operand, SourceRange range) {
  if (operand.isPoison() || operand.as<ModuleObject>())
    return {};
  if (operand.as<RunTimeObject>()) {
    auto value = materialize(operand, range);
    return value ? runTime(emit(Instruction::Unary, {*value}, range, std::string(op)),
                           op == "not" ? Type::Bool : typeOf(operand))
                 : Value();
  }
  if (operand.as<ArrayObject>() && op == "~") {
    auto value = materialize(operand, range);
    return value ? runTime(emit(Instruction::Unary, {*value}, range, "~"), Type::Array) : Value();
  }
  if (op == "not") {
    auto value = truthOf(operand, range, "'not'");
    return value ? Value(!*value) : Value();
  }
  if (auto integer = operand.integer()) {
    if (op == "-" && *integer == INT64_MIN) {
      error(range, "the result does not fit in 64 bits");
      return {};
    }
    return op == "-" ? -*integer : op == "~" ? ~*integer : *integer;
  }
  if (auto number = operand.number(); number && op != "~")
    return op == "-" ? -*number : *number;
  if (operand.as<TensorObject>() && op == "-")
    return negatedTensor(*this, operand, range);
  if (operand.as<ArrayObject>() && op == "-")
    return binary("*", operand, Value(-1), range);
  error(range, fmt::format("bad operand type for unary {}: '{}'", op, typeName(operand)));
  return {};
}

Value Evaluator::compare(std::string_view op, const Value &left, const Value &right,
                         SourceRange range) {
  if (left.isPoison() || right.isPoison())
    return {};
  bool identity = op == "is" || op == "is not";
  // Whether a variable of the run is None, only the run knows.
  if (identity && (isUntyped(left) || isUntyped(right))) {
    auto a = materialize(left, range), b = materialize(right, range);
    return a && b ? runTime(emit(Instruction::Binary, {*a, *b}, range, std::string(op)), Type::Bool)
                  : Value();
  }
  if (identity) {
    bool same = left.identical(right) || (left.str() && right.str() && *left.str() == *right.str());
    return same == (op == "is");
  }
  auto *history = right.as<RunTimeObject>();
  if ((op == "in" || op == "not in") && history && history->type == Type::HistoryDict &&
      left.str()) {
    bool found =
        std::find(history->keys.begin(), history->keys.end(), *left.str()) != history->keys.end();
    return found == (op == "in");
  }
  if (!isKnown(left) || !isKnown(right)) {
    if (left.as<TensorObject>() || right.as<TensorObject>())
      return left.identical(right) == (op == "==");
    auto a = materialize(left, range), b = materialize(right, range);
    auto isArray = [](const Value &value) {
      return value.as<ArrayObject>() || typeOf(value) == Type::Array;
    };
    bool elementwise = op != "in" && op != "not in" && (isArray(left) || isArray(right));
    if (!a || !b)
      return {};
    Value result = runTime(emit(Instruction::Binary, {*a, *b}, range, std::string(op)),
                           elementwise ? Type::Array : Type::Bool);
    if (elementwise) {
      describeResult(*result.as<RunTimeObject>(), op, left, right);
      result.as<RunTimeObject>()->dtype = "bool";
    }
    return result;
  }
  if (op == "==" || op == "!=")
    return equal(left, right).value_or(false) == (op == "==");
  if (op == "in" || op == "not in") {
    bool found = false;
    if (left.str() && right.str()) {
      found = right.str()->find(*left.str()) != std::string::npos;
    } else if (auto *dict = right.as<DictObject>()) {
      auto hash = hashKey(left);
      found = hash && dict->entries.find(*hash);
    } else {
      auto items = iterate(right, range);
      if (!items)
        return {};
      for (const Value &item : *items)
        found |= equal(left, item).value_or(false);
    }
    return found == (op == "in");
  }
  auto order = [&](auto a, auto b) -> Value {
    return op == "<" ? a < b : op == "<=" ? a <= b : op == ">" ? a > b : a >= b;
  };
  if (left.integer() && right.integer())
    return order(*left.integer(), *right.integer());
  if (left.number() && right.number())
    return order(*left.number(), *right.number());
  if (left.str() && right.str())
    return order(*left.str(), *right.str());
  auto *a = sequence(left), *b = sequence(right);
  if (a && b && (left.as<ListObject>() != nullptr) == (right.as<ListObject>() != nullptr) &&
      expressionDepth < 200) {
    ++expressionDepth;
    Value result = order(a->size(), b->size());
    for (size_t i = 0; i < std::min(a->size(), b->size()); ++i)
      if (!equal((*a)[i], (*b)[i]).value_or(false)) {
        result = compare(op, (*a)[i], (*b)[i], range);
        break;
      }
    --expressionDepth;
    return result;
  }
  error(range, fmt::format("'{}' is not supported between '{}' and '{}'", op, typeName(left),
                           typeName(right)));
  return {};
}

std::optional<bool> Evaluator::truthOf(const Value &value, SourceRange range,
                                       std::string_view what) {
  if (auto known = truth(value))
    return known;
  if (value.as<RunTimeObject>())
    notSupported(range, fmt::format("{} on a value that only the run knows", what));
  else if (value.as<ArrayObject>() || value.as<TensorObject>())
    error(range, fmt::format("the truth of a {} is not defined",
                             value.as<ArrayObject>() ? "array" : "tensor"));
  return std::nullopt;
}

} // namespace ingot::import
