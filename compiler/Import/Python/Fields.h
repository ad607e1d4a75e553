// One list of the fields of every node, for code that treats all nodes alike.

#ifndef INGOT_COMPILER_IMPORT_PYTHON_FIELDS_H
#define INGOT_COMPILER_IMPORT_PYTHON_FIELDS_H

#include "compiler/Import/Python/AST.h"

#include <cstdlib>

namespace ingot::import::python {

/// Calls `visit(name, field)` for each field that `ast` has, in its order; fields are references.
template <typename Visit> void visitFields(Node &node, Visit &&visit) {
#define INGOT_FIELD(FIELD) visit(#FIELD, n.FIELD);
#define INGOT_F0()
#define INGOT_F1(A) INGOT_FIELD(A)
#define INGOT_F2(A, B) INGOT_F1(A) INGOT_FIELD(B)
#define INGOT_F3(A, B, C) INGOT_F2(A, B) INGOT_FIELD(C)
#define INGOT_F4(A, B, C, D) INGOT_F3(A, B, C) INGOT_FIELD(D)
#define INGOT_F5(A, B, C, D, E) INGOT_F4(A, B, C, D) INGOT_FIELD(E)
#define INGOT_F7(A, B, C, D, E, F, G) INGOT_F5(A, B, C, D, E) INGOT_FIELD(F) INGOT_FIELD(G)
#define INGOT_FIELDS(KIND, TYPE, LIST)                                                             \
  case Kind::KIND: {                                                                               \
    [[maybe_unused]] auto &n = static_cast<TYPE &>(node);                                          \
    LIST return;                                                                                   \
  }
  switch (node.kind) {
    INGOT_FIELDS(Module, Module, INGOT_F1(body))
    INGOT_FIELDS(FunctionDef, FunctionDefinition,
                 INGOT_F5(name, args, body, decorator_list, returns))
    INGOT_FIELDS(AsyncFunctionDef, FunctionDefinition,
                 INGOT_F5(name, args, body, decorator_list, returns))
    INGOT_FIELDS(ClassDef, ClassDef, INGOT_F5(name, bases, keywords, body, decorator_list))
    INGOT_FIELDS(Return, Return, INGOT_F1(value))
    INGOT_FIELDS(Delete, Delete, INGOT_F1(targets))
    INGOT_FIELDS(Assign, Assign, INGOT_F2(targets, value))
    INGOT_FIELDS(AugAssign, AugAssign, INGOT_F3(target, op, value))
    INGOT_FIELDS(AnnAssign, AnnAssign, INGOT_F4(target, annotation, value, simple))
    INGOT_FIELDS(For, ForLoop, INGOT_F4(target, iter, body, orelse))
    INGOT_FIELDS(AsyncFor, ForLoop, INGOT_F4(target, iter, body, orelse))
    INGOT_FIELDS(While, While, INGOT_F3(test, body, orelse))
    INGOT_FIELDS(If, If, INGOT_F3(test, body, orelse))
    INGOT_FIELDS(With, WithBlock, INGOT_F2(items, body))
    INGOT_FIELDS(AsyncWith, WithBlock, INGOT_F2(items, body))
    INGOT_FIELDS(Match, Match, INGOT_F2(subject, cases))
    INGOT_FIELDS(Raise, Raise, INGOT_F2(exc, cause))
    INGOT_FIELDS(Try, TryBlock, INGOT_F4(body, handlers, orelse, finalbody))
    INGOT_FIELDS(TryStar, TryBlock, INGOT_F4(body, handlers, orelse, finalbody))
    INGOT_FIELDS(Assert, Assert, INGOT_F2(test, msg))
    INGOT_FIELDS(Import, Import, INGOT_F1(names))
    INGOT_FIELDS(ImportFrom, ImportFrom, INGOT_F3(module, names, level))
    INGOT_FIELDS(Global, Global, INGOT_F1(names))
    INGOT_FIELDS(Nonlocal, Nonlocal, INGOT_F1(names))
    INGOT_FIELDS(Expr, Expr, INGOT_F1(value))
    INGOT_FIELDS(Pass, Pass, INGOT_F0())
    INGOT_FIELDS(Break, Break, INGOT_F0())
    INGOT_FIELDS(Continue, Continue, INGOT_F0())
    INGOT_FIELDS(ErrorStmt, ErrorStmt, INGOT_F0())
    INGOT_FIELDS(BoolOp, BoolOp, INGOT_F2(op, values))
    INGOT_FIELDS(NamedExpr, NamedExpr, INGOT_F2(target, value))
    INGOT_FIELDS(BinOp, BinOp, INGOT_F3(left, op, right))
    INGOT_FIELDS(UnaryOp, UnaryOp, INGOT_F2(op, operand))
    INGOT_FIELDS(Lambda, Lambda, INGOT_F2(args, body))
    INGOT_FIELDS(IfExp, IfExp, INGOT_F3(test, body, orelse))
    INGOT_FIELDS(Dict, Dict, INGOT_F2(keys, values))
    INGOT_FIELDS(Set, Set, INGOT_F1(elts))
    INGOT_FIELDS(ListComp, ListComp, INGOT_F2(elt, generators))
    INGOT_FIELDS(SetComp, SetComp, INGOT_F2(elt, generators))
    INGOT_FIELDS(DictComp, DictComp, INGOT_F3(key, value, generators))
    INGOT_FIELDS(GeneratorExp, GeneratorExp, INGOT_F2(elt, generators))
    INGOT_FIELDS(Await, Await, INGOT_F1(value))
    INGOT_FIELDS(Yield, Yield, INGOT_F1(value))
    INGOT_FIELDS(YieldFrom, YieldFrom, INGOT_F1(value))
    INGOT_FIELDS(Compare, Compare, INGOT_F3(left, ops, comparators))
    INGOT_FIELDS(Call, Call, INGOT_F3(func, args, keywords))
    INGOT_FIELDS(FormattedValue, FormattedValue, INGOT_F3(value, conversion, format_spec))
    INGOT_FIELDS(JoinedStr, JoinedStr, INGOT_F1(values))
    INGOT_FIELDS(Constant, Constant, INGOT_F1(value))
    INGOT_FIELDS(Attribute, Attribute, INGOT_F3(value, attr, ctx))
    INGOT_FIELDS(Subscript, Subscript, INGOT_F3(value, slice, ctx))
    INGOT_FIELDS(Starred, Starred, INGOT_F2(value, ctx))
    INGOT_FIELDS(Name, Name, INGOT_F2(id, ctx))
    INGOT_FIELDS(List, List, INGOT_F2(elts, ctx))
    INGOT_FIELDS(Tuple, Tuple, INGOT_F2(elts, ctx))
    INGOT_FIELDS(Slice, Slice, INGOT_F3(lower, upper, step))
    INGOT_FIELDS(ErrorExpr, ErrorExpr, INGOT_F0())
    INGOT_FIELDS(MatchValue, MatchValue, INGOT_F1(value))
    INGOT_FIELDS(MatchSingleton, MatchSingleton, INGOT_F1(value))
    INGOT_FIELDS(MatchSequence, MatchSequence, INGOT_F1(patterns))
    INGOT_FIELDS(MatchMapping, MatchMapping, INGOT_F3(keys, patterns, rest))
    INGOT_FIELDS(MatchClass, MatchClass, INGOT_F4(cls, patterns, kwd_attrs, kwd_patterns))
    INGOT_FIELDS(MatchStar, MatchStar, INGOT_F1(name))
    INGOT_FIELDS(MatchAs, MatchAs, INGOT_F2(pattern, name))
    INGOT_FIELDS(MatchOr, MatchOr, INGOT_F1(patterns))
    INGOT_FIELDS(Comprehension, Comprehension, INGOT_F4(target, iter, ifs, is_async))
    INGOT_FIELDS(ExceptHandler, ExceptHandler, INGOT_F3(type, name, body))
    INGOT_FIELDS(Arguments, Arguments,
                 INGOT_F7(posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults))
    INGOT_FIELDS(Arg, Arg, INGOT_F2(arg, annotation))
    INGOT_FIELDS(Keyword, Keyword, INGOT_F2(arg, value))
    INGOT_FIELDS(Alias, Alias, INGOT_F2(name, asname))
    INGOT_FIELDS(WithItem, WithItem, INGOT_F2(context_expr, optional_vars))
    INGOT_FIELDS(MatchCase, MatchCase, INGOT_F3(pattern, guard, body))
  }
#undef INGOT_FIELDS
#undef INGOT_F0
#undef INGOT_F1
#undef INGOT_F2
#undef INGOT_F3
#undef INGOT_F4
#undef INGOT_F5
#undef INGOT_F7
#undef INGOT_FIELD
}

/// The same for a visitor that changes nothing.
template <typename Visit> void visitFields(const Node &node, Visit &&visit) {
  visitFields(const_cast<Node &>(node),
              [&](const char *name, const auto &field) { visit(name, field); });
}

} // namespace ingot::import::python

#endif
