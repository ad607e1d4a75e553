// Python's abstract syntax tree, with the names and fields of CPython 3.11's `ast` module
// (https://docs.python.org/3.11/library/ast.html#abstract-grammar). What `ast` writes in lower case
// (arguments, arg, keyword, alias, withitem, comprehension, match_case) is in CamelCase here; its
// base types stmt, expr and pattern are Statement, Expression and Pattern (Expr is the statement of
// an expression).

#ifndef INGOT_COMPILER_IMPORT_PYTHON_AST_H
#define INGOT_COMPILER_IMPORT_PYTHON_AST_H

#include "compiler/Import/Python/Source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ingot::import::python {

enum class Kind : uint8_t {
  Module,
  // Statements.
  FunctionDef,
  AsyncFunctionDef,
  ClassDef,
  Return,
  Delete,
  Assign,
  AugAssign,
  AnnAssign,
  For,
  AsyncFor,
  While,
  If,
  With,
  AsyncWith,
  Match,
  Raise,
  Try,
  TryStar,
  Assert,
  Import,
  ImportFrom,
  Global,
  Nonlocal,
  Expr,
  Pass,
  Break,
  Continue,
  ErrorStmt,
  // Expressions.
  BoolOp,
  NamedExpr,
  BinOp,
  UnaryOp,
  Lambda,
  IfExp,
  Dict,
  Set,
  ListComp,
  SetComp,
  DictComp,
  GeneratorExp,
  Await,
  Yield,
  YieldFrom,
  Compare,
  Call,
  FormattedValue,
  JoinedStr,
  Constant,
  Attribute,
  Subscript,
  Starred,
  Name,
  List,
  Tuple,
  Slice,
  ErrorExpr,
  // Patterns of match.
  MatchValue,
  MatchSingleton,
  MatchSequence,
  MatchMapping,
  MatchClass,
  MatchStar,
  MatchAs,
  MatchOr,
  // Parts of others.
  Comprehension,
  ExceptHandler,
  Arguments,
  Arg,
  Keyword,
  Alias,
  WithItem,
  MatchCase
};

/// The kind's name as `ast` spells it ("FunctionDef", "arguments", "match_case").
const char *kindName(Kind kind);

enum class BoolOperator : uint8_t { And, Or };
enum class Operator : uint8_t {
  Add,
  Sub,
  Mult,
  MatMult,
  Div,
  Mod,
  Pow,
  LShift,
  RShift,
  BitOr,
  BitXor,
  BitAnd,
  FloorDiv
};
enum class UnaryOperator : uint8_t { Invert, Not, UAdd, USub };
enum class CompareOperator : uint8_t { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn };
enum class ExprContext : uint8_t { Load, Store, Del };

/// The operator's name in `ast` ("Add") and in the language ("+").
const char *operatorName(BoolOperator op);
const char *operatorName(Operator op);
const char *operatorName(UnaryOperator op);
const char *operatorName(CompareOperator op);
const char *operatorText(BoolOperator op);
const char *operatorText(Operator op);
const char *operatorText(UnaryOperator op);
const char *operatorText(CompareOperator op);

/// Every node. A Tree owns all of its nodes; nodes refer to each other by plain pointers.
struct Node {
  Kind kind;
  SourceRange range;

  virtual ~Node() = default;

protected:
  Node(Kind kind, SourceRange range) : kind(kind), range(range) {}
};

struct Statement : Node {
  using Node::Node;
};
struct Expression : Node {
  using Node::Node;
};
struct Pattern : Node {
  using Node::Node;
};

/// The node as a T if it is one, else nullptr.
template <typename T> T *as(Node *node) {
  return node && node->kind == T::nodeKind ? static_cast<T *>(node) : nullptr;
}
template <typename T> const T *as(const Node *node) {
  return node && node->kind == T::nodeKind ? static_cast<const T *>(node) : nullptr;
}

using Expressions = std::vector<Expression *>;
using Statements = std::vector<Statement *>;
using Patterns = std::vector<Pattern *>;

/// A concrete node: gives its Kind, and a constructor from its range.
template <typename Self, typename Base, Kind ownKind> struct NodeOf : Base {
  static constexpr Kind nodeKind = ownKind;
  explicit NodeOf(SourceRange range) : Base(ownKind, range) {}
};
#define INGOT_NODE(NAME, BASE) struct NAME : NodeOf<NAME, BASE, Kind::NAME>
#define INGOT_NODE_BODY(NAME) using NodeOf::NodeOf;

// ---- Parts of others. Pointers may be null only where the comment says so.

/// One parameter; annotation may be null.
INGOT_NODE(Arg, Node) {
  INGOT_NODE_BODY(Arg)
  std::string arg;
  Expression *annotation = nullptr;
};

/// Parameters. `ast` gives it no place; range is that of the text between the parentheses.
INGOT_NODE(Arguments, Node) {
  INGOT_NODE_BODY(Arguments)
  std::vector<Arg *> posonlyargs;
  std::vector<Arg *> args;
  Arg *vararg = nullptr; // may be null
  std::vector<Arg *> kwonlyargs;
  Expressions kw_defaults; // one for each of kwonlyargs, null where there is none
  Arg *kwarg = nullptr;    // may be null
  Expressions defaults;    // of the last of posonlyargs + args
};

/// An argument NAME=VALUE of a call; without arg it is **VALUE.
INGOT_NODE(Keyword, Node) {
  INGOT_NODE_BODY(Keyword)
  std::optional<std::string> arg;
  SourceRange argRange; // the name alone
  Expression *value = nullptr;
};

INGOT_NODE(Alias, Node) {
  INGOT_NODE_BODY(Alias)
  std::string name; // with dots
  std::optional<std::string> asname;
};

INGOT_NODE(WithItem, Node) {
  INGOT_NODE_BODY(WithItem)
  Expression *context_expr = nullptr;
  Expression *optional_vars = nullptr; // may be null
};

INGOT_NODE(Comprehension, Node) {
  INGOT_NODE_BODY(Comprehension)
  Expression *target = nullptr;
  Expression *iter = nullptr;
  Expressions ifs;
  bool is_async = false;
};

INGOT_NODE(ExceptHandler, Node) {
  INGOT_NODE_BODY(ExceptHandler)
  Expression *type = nullptr; // may be null
  std::optional<std::string> name;
  Statements body;
};

INGOT_NODE(MatchCase, Node) {
  INGOT_NODE_BODY(MatchCase)
  Pattern *pattern = nullptr;
  Expression *guard = nullptr; // may be null
  Statements body;
};

// ---- Expressions.

struct NoneValue {
  bool operator==(const NoneValue &) const = default;
};
struct EllipsisValue {
  bool operator==(const EllipsisValue &) const = default;
};
/// Text is as written without underscores ("0xff"); value is given where it fits.
struct IntegerValue {
  std::string text;
  std::optional<int64_t> value;
};
struct ImaginaryValue {
  double imaginary = 0;
};
struct BytesValue {
  std::string bytes;
};

/// A str is in UTF-8, in which surrogates that were written as escapes have three bytes each.
using ConstantValue = std::variant<NoneValue, bool, IntegerValue, double, ImaginaryValue,
                                   std::string, BytesValue, EllipsisValue>;

INGOT_NODE(Constant, Expression) {
  INGOT_NODE_BODY(Constant)
  ConstantValue value;
  bool kind_u = false; // kind='u': the (first) string has the prefix u
  /// A str with \N{NAME} in it, for which `value` holds the escape as it was written.
  bool namedCharacters = false;
};

INGOT_NODE(BoolOp, Expression) {
  INGOT_NODE_BODY(BoolOp)
  BoolOperator op = BoolOperator::And;
  Expressions values;
};
INGOT_NODE(NamedExpr, Expression) {
  INGOT_NODE_BODY(NamedExpr)
  Expression *target = nullptr;
  Expression *value = nullptr;
};
INGOT_NODE(BinOp, Expression) {
  INGOT_NODE_BODY(BinOp)
  Expression *left = nullptr;
  Operator op = Operator::Add;
  SourceRange opRange;
  Expression *right = nullptr;
};
INGOT_NODE(UnaryOp, Expression) {
  INGOT_NODE_BODY(UnaryOp)
  UnaryOperator op = UnaryOperator::Not;
  Expression *operand = nullptr;
};
INGOT_NODE(Lambda, Expression) {
  INGOT_NODE_BODY(Lambda)
  Arguments *args = nullptr;
  Expression *body = nullptr;
};
INGOT_NODE(IfExp, Expression) {
  INGOT_NODE_BODY(IfExp)
  Expression *test = nullptr;
  Expression *body = nullptr;
  Expression *orelse = nullptr;
};
INGOT_NODE(Dict, Expression) {
  INGOT_NODE_BODY(Dict)
  Expressions keys; // null for **VALUE
  Expressions values;
};
INGOT_NODE(Set, Expression) {
  INGOT_NODE_BODY(Set)
  Expressions elts;
};
INGOT_NODE(ListComp, Expression) {
  INGOT_NODE_BODY(ListComp)
  Expression *elt = nullptr;
  std::vector<Comprehension *> generators;
};
INGOT_NODE(SetComp, Expression) {
  INGOT_NODE_BODY(SetComp)
  Expression *elt = nullptr;
  std::vector<Comprehension *> generators;
};
INGOT_NODE(DictComp, Expression) {
  INGOT_NODE_BODY(DictComp)
  Expression *key = nullptr;
  Expression *value = nullptr;
  std::vector<Comprehension *> generators;
};
INGOT_NODE(GeneratorExp, Expression) {
  INGOT_NODE_BODY(GeneratorExp)
  Expression *elt = nullptr;
  std::vector<Comprehension *> generators;
};
INGOT_NODE(Await, Expression) {
  INGOT_NODE_BODY(Await)
  Expression *value = nullptr;
};
INGOT_NODE(Yield, Expression) {
  INGOT_NODE_BODY(Yield)
  Expression *value = nullptr; // may be null
};
INGOT_NODE(YieldFrom, Expression) {
  INGOT_NODE_BODY(YieldFrom)
  Expression *value = nullptr;
};
INGOT_NODE(Compare, Expression) {
  INGOT_NODE_BODY(Compare)
  Expression *left = nullptr;
  std::vector<CompareOperator> ops;
  Expressions comparators;
};
INGOT_NODE(Call, Expression) {
  INGOT_NODE_BODY(Call)
  Expression *func = nullptr;
  Expressions args;
  std::vector<Keyword *> keywords;
};
/// A value in an f-string; its range, and that of all parts of the f-string, is the whole string's,
/// as in `ast`. The expression in it has its own place.
INGOT_NODE(FormattedValue, Expression) {
  INGOT_NODE_BODY(FormattedValue)
  Expression *value = nullptr;
  char conversion = 0;               // 's', 'r', 'a' or 0 (`ast` has -1)
  Expression *format_spec = nullptr; // a JoinedStr; may be null
};
INGOT_NODE(JoinedStr, Expression) {
  INGOT_NODE_BODY(JoinedStr)
  Expressions values; // Constant and FormattedValue
};
INGOT_NODE(Attribute, Expression) {
  INGOT_NODE_BODY(Attribute)
  Expression *value = nullptr;
  std::string attr;
  SourceRange attrRange;
  ExprContext ctx = ExprContext::Load;
};
INGOT_NODE(Subscript, Expression) {
  INGOT_NODE_BODY(Subscript)
  Expression *value = nullptr;
  Expression *slice = nullptr;
  ExprContext ctx = ExprContext::Load;
};
INGOT_NODE(Starred, Expression) {
  INGOT_NODE_BODY(Starred)
  Expression *value = nullptr;
  ExprContext ctx = ExprContext::Load;
};
INGOT_NODE(Name, Expression) {
  INGOT_NODE_BODY(Name)
  std::string id; // in Unicode's normal form NFKC
  ExprContext ctx = ExprContext::Load;
};
INGOT_NODE(List, Expression) {
  INGOT_NODE_BODY(List)
  Expressions elts;
  ExprContext ctx = ExprContext::Load;
};
INGOT_NODE(Tuple, Expression) {
  INGOT_NODE_BODY(Tuple)
  Expressions elts;
  ExprContext ctx = ExprContext::Load;
};
INGOT_NODE(Slice, Expression) {
  INGOT_NODE_BODY(Slice)
  Expression *lower = nullptr; // all may be null
  Expression *upper = nullptr;
  Expression *step = nullptr;
};
/// Stands where an expression could not be read; an error about it was given.
INGOT_NODE(ErrorExpr, Expression){INGOT_NODE_BODY(ErrorExpr)};

// ---- Statements.

struct FunctionDefinition : Statement {
  using Statement::Statement;
  std::string name;
  SourceRange nameRange;
  Arguments *args = nullptr;
  Statements body;
  Expressions decorator_list;
  Expression *returns = nullptr; // may be null
};
INGOT_NODE(FunctionDef, FunctionDefinition){INGOT_NODE_BODY(FunctionDef)};
INGOT_NODE(AsyncFunctionDef, FunctionDefinition){INGOT_NODE_BODY(AsyncFunctionDef)};

INGOT_NODE(ClassDef, Statement) {
  INGOT_NODE_BODY(ClassDef)
  std::string name;
  SourceRange nameRange;
  Expressions bases;
  std::vector<Keyword *> keywords;
  Statements body;
  Expressions decorator_list;
};
INGOT_NODE(Return, Statement) {
  INGOT_NODE_BODY(Return)
  Expression *value = nullptr; // may be null
};
INGOT_NODE(Delete, Statement) {
  INGOT_NODE_BODY(Delete)
  Expressions targets;
};
INGOT_NODE(Assign, Statement) {
  INGOT_NODE_BODY(Assign)
  Expressions targets;
  Expression *value = nullptr;
};
INGOT_NODE(AugAssign, Statement) {
  INGOT_NODE_BODY(AugAssign)
  Expression *target = nullptr;
  Operator op = Operator::Add;
  Expression *value = nullptr;
};
INGOT_NODE(AnnAssign, Statement) {
  INGOT_NODE_BODY(AnnAssign)
  Expression *target = nullptr;
  Expression *annotation = nullptr;
  Expression *value = nullptr; // may be null
  bool simple = false;         // the target is a name without parentheses
};

struct ForLoop : Statement {
  using Statement::Statement;
  Expression *target = nullptr;
  Expression *iter = nullptr;
  Statements body;
  Statements orelse;
};
INGOT_NODE(For, ForLoop){INGOT_NODE_BODY(For)};
INGOT_NODE(AsyncFor, ForLoop){INGOT_NODE_BODY(AsyncFor)};

INGOT_NODE(While, Statement) {
  INGOT_NODE_BODY(While)
  Expression *test = nullptr;
  Statements body;
  Statements orelse;
};
INGOT_NODE(If, Statement) {
  INGOT_NODE_BODY(If)
  Expression *test = nullptr;
  Statements body;
  Statements orelse; // elif is an If in here
};

struct WithBlock : Statement {
  using Statement::Statement;
  std::vector<WithItem *> items;
  Statements body;
};
INGOT_NODE(With, WithBlock){INGOT_NODE_BODY(With)};
INGOT_NODE(AsyncWith, WithBlock){INGOT_NODE_BODY(AsyncWith)};

INGOT_NODE(Match, Statement) {
  INGOT_NODE_BODY(Match)
  Expression *subject = nullptr;
  std::vector<MatchCase *> cases;
};
INGOT_NODE(Raise, Statement) {
  INGOT_NODE_BODY(Raise)
  Expression *exc = nullptr;   // may be null
  Expression *cause = nullptr; // may be null
};

struct TryBlock : Statement {
  using Statement::Statement;
  Statements body;
  std::vector<ExceptHandler *> handlers;
  Statements orelse;
  Statements finalbody;
};
INGOT_NODE(Try, TryBlock){INGOT_NODE_BODY(Try)};
INGOT_NODE(TryStar, TryBlock){INGOT_NODE_BODY(TryStar)};

INGOT_NODE(Assert, Statement) {
  INGOT_NODE_BODY(Assert)
  Expression *test = nullptr;
  Expression *msg = nullptr; // may be null
};
INGOT_NODE(Import, Statement) {
  INGOT_NODE_BODY(Import)
  std::vector<Alias *> names;
};
INGOT_NODE(ImportFrom, Statement) {
  INGOT_NODE_BODY(ImportFrom)
  std::optional<std::string> module;
  std::vector<Alias *> names;
  unsigned level = 0; // leading dots
};
INGOT_NODE(Global, Statement) {
  INGOT_NODE_BODY(Global)
  std::vector<std::string> names;
};
INGOT_NODE(Nonlocal, Statement) {
  INGOT_NODE_BODY(Nonlocal)
  std::vector<std::string> names;
};
INGOT_NODE(Expr, Statement) {
  INGOT_NODE_BODY(Expr)
  Expression *value = nullptr;
};
INGOT_NODE(Pass, Statement){INGOT_NODE_BODY(Pass)};
INGOT_NODE(Break, Statement){INGOT_NODE_BODY(Break)};
INGOT_NODE(Continue, Statement){INGOT_NODE_BODY(Continue)};
/// Stands where a statement could not be read; an error about it was given.
INGOT_NODE(ErrorStmt, Statement){INGOT_NODE_BODY(ErrorStmt)};

// ---- Patterns.

INGOT_NODE(MatchValue, Pattern) {
  INGOT_NODE_BODY(MatchValue)
  Expression *value = nullptr;
};
INGOT_NODE(MatchSingleton, Pattern) {
  INGOT_NODE_BODY(MatchSingleton)
  std::optional<bool> value; // nothing: None
};
INGOT_NODE(MatchSequence, Pattern) {
  INGOT_NODE_BODY(MatchSequence)
  Patterns patterns;
};
INGOT_NODE(MatchMapping, Pattern) {
  INGOT_NODE_BODY(MatchMapping)
  Expressions keys;
  Patterns patterns;
  std::optional<std::string> rest;
};
INGOT_NODE(MatchClass, Pattern) {
  INGOT_NODE_BODY(MatchClass)
  Expression *cls = nullptr;
  Patterns patterns;
  std::vector<std::string> kwd_attrs;
  Patterns kwd_patterns;
};
INGOT_NODE(MatchStar, Pattern) {
  INGOT_NODE_BODY(MatchStar)
  std::optional<std::string> name;
};
INGOT_NODE(MatchAs, Pattern) {
  INGOT_NODE_BODY(MatchAs)
  Pattern *pattern = nullptr; // may be null
  std::optional<std::string> name;
};
INGOT_NODE(MatchOr, Pattern) {
  INGOT_NODE_BODY(MatchOr)
  Patterns patterns;
};

INGOT_NODE(Module, Node) {
  INGOT_NODE_BODY(Module)
  Statements body;
};

#undef INGOT_NODE
#undef INGOT_NODE_BODY

/// A module and all nodes below it.
class Tree {
public:
  template <typename T> T *make(SourceRange range) {
    auto node = std::make_unique<T>(range);
    T *result = node.get();
    nodes.push_back(std::move(node));
    return result;
  }

  Module *module = nullptr; // never null in a tree that parse() gives

private:
  std::vector<std::unique_ptr<Node>> nodes;
};

} // namespace ingot::import::python

#endif
