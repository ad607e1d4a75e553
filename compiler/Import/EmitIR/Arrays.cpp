// Arrays of samples. What NumPy did to an array before training becomes a region that a step
// applies as it reads a batch, in NumPy's types and rounding.

#include "compiler/Import/EmitIR/Emitter.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::import;

namespace {
/// An element while it is preprocessed: MLIR's integers have no sign, NumPy's do.
struct Element {
  Value value;
  bool isUnsigned;
};

class Preprocessing {
public:
  Preprocessing(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  static Type typeOf(MLIRContext *context, StringRef dtype) {
    return llvm::StringSwitch<Type>(dtype)
        .Case("bool", IntegerType::get(context, 8))
        .Cases({"uint8", "int8"}, IntegerType::get(context, 8))
        .Cases({"uint16", "int16"}, IntegerType::get(context, 16))
        .Cases({"uint32", "int32"}, IntegerType::get(context, 32))
        .Cases({"uint64", "int64"}, IntegerType::get(context, 64))
        .Case("float16", Float16Type::get(context))
        .Case("float32", Float32Type::get(context))
        .Case("float64", Float64Type::get(context))
        .Default(Type());
  }
  static bool isUnsigned(StringRef dtype) { return dtype.starts_with("u") || dtype == "bool"; }

  /// NumPy's astype.
  Element cast(Element from, StringRef dtype) {
    Type to = typeOf(builder.getContext(), dtype);
    return {convert(from, to, isUnsigned(dtype)), isUnsigned(dtype)};
  }

  /// An arithmetic step works in its result's type: both operands are converted before (NEP 50).
  /// `number`, if any, is the step's, computed by the run.
  Element apply(Element from, const ArrayStep &step, Value number) {
    Element operand = cast(from, step.dtype);
    if (step.kind == ArrayStep::Cast)
      return operand;
    Value constant = number ? cast({number, false}, step.dtype).value
                            : arith::ConstantOp::create(
                                  builder, loc, constantOf(operand.value.getType(), step.constant))
                                  .getResult();
    return {combine(step.kind, operand.value, constant), operand.isUnsigned};
  }

private:
  Value convert(Element from, Type to, bool toUnsigned) {
    Type type = from.value.getType();
    if (type == to)
      return from.value;
    if (isa<FloatType>(type) && isa<FloatType>(to))
      return type.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth()
                 ? create<arith::ExtFOp>(to, from.value)
                 : create<arith::TruncFOp>(to, from.value);
    if (isa<FloatType>(to))
      return from.isUnsigned ? create<arith::UIToFPOp>(to, from.value)
                             : create<arith::SIToFPOp>(to, from.value);
    if (isa<FloatType>(type)) // by way of the widest integer, as C compilers do for narrow ones
      return convert({create<arith::FPToSIOp>(builder.getI64Type(), from.value), false}, to,
                     toUnsigned);
    if (type.getIntOrFloatBitWidth() > to.getIntOrFloatBitWidth())
      return create<arith::TruncIOp>(to, from.value);
    return from.isUnsigned ? create<arith::ExtUIOp>(to, from.value)
                           : create<arith::ExtSIOp>(to, from.value);
  }

  template <typename Op> Value create(Type to, Value value) {
    return Op::create(builder, loc, to, value);
  }
  template <typename Op> Value create(Value left, Value right) {
    return Op::create(builder, loc, left, right);
  }

  TypedAttr constantOf(Type type, double value) {
    if (isa<FloatType>(type))
      return builder.getFloatAttr(type, value);
    APInt integer(64, static_cast<uint64_t>(static_cast<int64_t>(value)), /*isSigned=*/true);
    return builder.getIntegerAttr(type, integer.sextOrTrunc(type.getIntOrFloatBitWidth()));
  }

  Value combine(ArrayStep::Kind kind, Value value, Value constant) {
    bool isFloat = isa<FloatType>(value.getType());
    switch (kind) {
    case ArrayStep::Add:
      return isFloat ? create<arith::AddFOp>(value, constant)
                     : create<arith::AddIOp>(value, constant);
    case ArrayStep::Subtract:
      return isFloat ? create<arith::SubFOp>(value, constant)
                     : create<arith::SubIOp>(value, constant);
    case ArrayStep::ReverseSubtract:
      return isFloat ? create<arith::SubFOp>(constant, value)
                     : create<arith::SubIOp>(constant, value);
    case ArrayStep::Multiply:
      return isFloat ? create<arith::MulFOp>(value, constant)
                     : create<arith::MulIOp>(value, constant);
    case ArrayStep::Divide: // true division: the result's type is a float's
      return create<arith::DivFOp>(value, constant);
    case ArrayStep::ReverseDivide:
      return create<arith::DivFOp>(constant, value);
    case ArrayStep::Cast:
      break;
    }
    return value;
  }

  OpBuilder &builder;
  Location loc;
};

/// Labels are read as int32 whatever the file holds; images in the source's type.
StringRef sourceType(const Array &array) {
  return array.classes > 0 ? "int32" : StringRef(array.source_dtype);
}

LogicalResult emitArray(Emitter &emitter, const Array &array, StringRef name) {
  OpBuilder &builder = emitter.builder;
  Location loc = emitter.at({1, 1});
  bool isIndex = array.classes > 0 && !array.one_hot;
  StringRef modelType = isIndex ? "int32" : "float32";
  Type from = Preprocessing::typeOf(builder.getContext(), sourceType(array));
  Type to = Preprocessing::typeOf(builder.getContext(), modelType);
  if (!from)
    return emitError(loc, "arrays of type ") << array.source_dtype << " are not supported yet";
  for (const ArrayStep &step : array.steps)
    if (!Preprocessing::typeOf(builder.getContext(), step.dtype))
      return emitError(loc, "arrays of type ") << step.dtype << " are not supported yet";
  auto symbol = [&](int values) {
    return values < 0
               ? FlatSymbolRefAttr()
               : FlatSymbolRefAttr::get(builder.getContext(), emitter.program.values[values].name);
  };
  // A class index is a number, whether or not the array has a dimension of 1 for it.
  auto op = train::ArrayOp::create(
      builder, loc, builder.getStringAttr(name),
      array.reader.empty() ? StringAttr() : builder.getStringAttr(array.reader),
      array.options.empty() ? StringAttr() : builder.getStringAttr(array.options),
      builder.getStringAttr(array.source), builder.getStringAttr(array.key),
      builder.getBoolAttr(array.test), builder.getI64IntegerAttr(array.classes),
      TypeAttr::get(RankedTensorType::get(array.source_shape, from)),
      TypeAttr::get(
          RankedTensorType::get(isIndex ? ArrayRef<int64_t>() : ArrayRef(array.shape), to)),
      array.one_hot ? builder.getI64IntegerAttr(array.one_hot) : IntegerAttr(),
      array.generator ? imageGeneratorFor(builder.getContext(), *array.generator, array.shape)
                      : train::ImageGeneratorAttr(),
      /*values=*/ArrayAttr(), symbol(array.centre), symbol(array.deviation));
  bool isLabelCast = array.classes > 0 && llvm::all_of(array.steps, [](const ArrayStep &step) {
                       return step.kind == ArrayStep::Cast;
                     });
  if (isLabelCast || (array.steps.empty() && from == to))
    return success();

  OpBuilder::InsertionGuard guard(builder);
  Block &block = op.getPreprocess().emplaceBlock();
  Element element{block.addArgument(from, loc), Preprocessing::isUnsigned(sourceType(array))};
  builder.setInsertionPointToEnd(&block);
  Preprocessing preprocessing(builder, loc);
  SmallVector<Attribute> values;
  for (const ArrayStep &step : array.steps) {
    Value number;
    if (step.values >= 0) {
      values.push_back(symbol(step.values));
      number = block.addArgument(builder.getF32Type(), loc);
    }
    element = preprocessing.apply(element, step, number);
  }
  if (!values.empty())
    op.setValuesAttr(builder.getArrayAttr(values));
  // The model takes float32: Keras converts a batch as it reads it.
  train::PreprocessYieldOp::create(builder, loc, preprocessing.cast(element, modelType).value);
  return success();
}
} // namespace

/// Numbers of the run begin as ones, by which may be divided.
static void emitValues(Emitter &emitter) {
  for (const Values &values : emitter.program.values) {
    auto ones = train::InitializerAttr::get(emitter.builder.getContext(), "ones", {}, {});
    train::ParameterOp::create(emitter.builder, emitter.at({1, 1}), values.name,
                               emitter.tensor(values.shape), train::Role::Value, ones,
                               /*stream=*/0, /*regularizer=*/Attribute(), /*offset=*/IntegerAttr());
  }
}

LogicalResult ingot::import::emitArrays(Emitter &emitter) {
  emitValues(emitter);
  std::map<std::string, int> counts;
  for (const Array &array : emitter.program.arrays) {
    std::string name =
        (array.classes > 0 ? "y_" : "x_") + std::string(array.test ? "test" : "train");
    if (int before = counts[name]++)
      name += "_" + std::to_string(before);
    emitter.arrayNames.push_back(name);
    if (failed(emitArray(emitter, array, name)))
      return failure();
  }
  return success();
}
