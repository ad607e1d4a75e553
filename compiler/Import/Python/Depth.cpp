// Measures a tree without recursion, and cuts off what is too deep.

#include "compiler/Import/Python/Depth.h"

#include "compiler/Import/Python/Fields.h"

#include <fmt/format.h>

#include <type_traits>

namespace ingot::import::python {

namespace {
struct Below {
  Node *node;
  unsigned depth;
};

class Bound {
public:
  Bound(Tree &tree, DiagnosticSink &sink) : tree(tree), sink(sink) {}

  void run(Statement *statement) {
    reported = false;
    stack.push_back({statement, 1});
    while (!stack.empty()) {
      Below next = stack.back();
      stack.pop_back();
      depth = next.depth + 1;
      visitFields(*next.node, [&](const char *, auto &field) { visit(field); });
    }
  }

private:
  template <typename Field> void visit(Field &) {}

  template <typename T>
    requires std::is_base_of_v<Node, T>
  void visit(T *&child) {
    if (!child)
      return;
    if (depth <= maximumHeight) {
      stack.push_back({child, depth});
      return;
    }
    if (!reported)
      sink.error(child->range,
                 fmt::format("this is nested too deeply (the limit is {} levels; an operator or "
                             "'elif' more is a level more); split it into several statements",
                             maximumHeight));
    reported = true;
    if constexpr (std::is_same_v<T, Expression>)
      child = tree.make<ErrorExpr>(child->range);
    else if constexpr (std::is_same_v<T, Statement>)
      child = tree.make<ErrorStmt>(child->range);
    else if constexpr (std::is_same_v<T, Pattern>)
      child = tree.make<MatchAs>(child->range);
    else
      stack.push_back({child, depth}); // a part that cannot be missing: its own children are cut
  }

  template <typename T> void visit(std::vector<T *> &children) {
    for (T *&child : children)
      visit(child);
  }

  Tree &tree;
  DiagnosticSink &sink;
  std::vector<Below> stack;
  unsigned depth = 0;
  bool reported = false;
};
} // namespace

void boundDepth(Tree &tree, DiagnosticSink &sink) {
  Bound bound(tree, sink);
  for (Statement *statement : tree.module->body)
    bound.run(statement);
}

} // namespace ingot::import::python
