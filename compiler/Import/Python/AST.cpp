// Names of nodes and operators.

#include "compiler/Import/Python/AST.h"

#include <iterator>

namespace ingot::import::python {

const char *kindName(Kind kind) {
  static constexpr const char *names[] = {"Module",
                                          "FunctionDef",
                                          "AsyncFunctionDef",
                                          "ClassDef",
                                          "Return",
                                          "Delete",
                                          "Assign",
                                          "AugAssign",
                                          "AnnAssign",
                                          "For",
                                          "AsyncFor",
                                          "While",
                                          "If",
                                          "With",
                                          "AsyncWith",
                                          "Match",
                                          "Raise",
                                          "Try",
                                          "TryStar",
                                          "Assert",
                                          "Import",
                                          "ImportFrom",
                                          "Global",
                                          "Nonlocal",
                                          "Expr",
                                          "Pass",
                                          "Break",
                                          "Continue",
                                          "ErrorStmt",
                                          "BoolOp",
                                          "NamedExpr",
                                          "BinOp",
                                          "UnaryOp",
                                          "Lambda",
                                          "IfExp",
                                          "Dict",
                                          "Set",
                                          "ListComp",
                                          "SetComp",
                                          "DictComp",
                                          "GeneratorExp",
                                          "Await",
                                          "Yield",
                                          "YieldFrom",
                                          "Compare",
                                          "Call",
                                          "FormattedValue",
                                          "JoinedStr",
                                          "Constant",
                                          "Attribute",
                                          "Subscript",
                                          "Starred",
                                          "Name",
                                          "List",
                                          "Tuple",
                                          "Slice",
                                          "ErrorExpr",
                                          "MatchValue",
                                          "MatchSingleton",
                                          "MatchSequence",
                                          "MatchMapping",
                                          "MatchClass",
                                          "MatchStar",
                                          "MatchAs",
                                          "MatchOr",
                                          "comprehension",
                                          "ExceptHandler",
                                          "arguments",
                                          "arg",
                                          "keyword",
                                          "alias",
                                          "withitem",
                                          "match_case"};
  static_assert(std::size(names) == static_cast<size_t>(Kind::MatchCase) + 1);
  return names[static_cast<size_t>(kind)];
}

const char *operatorName(BoolOperator op) { return op == BoolOperator::And ? "And" : "Or"; }
const char *operatorText(BoolOperator op) { return op == BoolOperator::And ? "and" : "or"; }

const char *operatorName(Operator op) {
  static constexpr const char *names[] = {"Add",    "Sub",    "Mult",    "MatMult", "Div",
                                          "Mod",    "Pow",    "LShift",  "RShift",  "BitOr",
                                          "BitXor", "BitAnd", "FloorDiv"};
  return names[static_cast<size_t>(op)];
}
const char *operatorText(Operator op) {
  static constexpr const char *texts[] = {"+",  "-",  "*", "@", "/", "%", "**",
                                          "<<", ">>", "|", "^", "&", "//"};
  return texts[static_cast<size_t>(op)];
}

const char *operatorName(UnaryOperator op) {
  static constexpr const char *names[] = {"Invert", "Not", "UAdd", "USub"};
  return names[static_cast<size_t>(op)];
}
const char *operatorText(UnaryOperator op) {
  static constexpr const char *texts[] = {"~", "not", "+", "-"};
  return texts[static_cast<size_t>(op)];
}

const char *operatorName(CompareOperator op) {
  static constexpr const char *names[] = {"Eq",  "NotEq", "Lt",    "LtE", "Gt",
                                          "GtE", "Is",    "IsNot", "In",  "NotIn"};
  return names[static_cast<size_t>(op)];
}
const char *operatorText(CompareOperator op) {
  static constexpr const char *texts[] = {"==", "!=", "<",      "<=", ">",
                                          ">=", "is", "is not", "in", "not in"};
  return texts[static_cast<size_t>(op)];
}

} // namespace ingot::import::python
