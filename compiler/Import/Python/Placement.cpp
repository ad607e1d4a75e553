// Walks a tree of bounded height, with what encloses each node.

#include "compiler/Import/Python/Placement.h"

#include "compiler/Import/Python/Fields.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <type_traits>

namespace ingot::import::python {

namespace {
struct Enclosing {
  bool function = false, async = false, loop = false;
};

/// What encloses the body of a node.
Enclosing withinBody(const Node &node, Enclosing outer) {
  switch (node.kind) {
  case Kind::FunctionDef:
  case Kind::Lambda:
    return {true, false, false};
  case Kind::AsyncFunctionDef:
    return {true, true, false};
  case Kind::ClassDef:
    return {};
  case Kind::For:
  case Kind::AsyncFor:
  case Kind::While:
    outer.loop = true;
    return outer;
  default:
    return outer;
  }
}

class Placement {
public:
  explicit Placement(DiagnosticSink &sink) : sink(sink) {}

  void visit(Node &node, Enclosing enclosing) {
    check(node, enclosing);
    if (node.kind == Kind::GeneratorExp)
      enclosing.async = true; // it becomes an asynchronous generator, which any function may make
    visitFields(node, [&](std::string_view name, auto &field) {
      visitField(field, name == "body" ? withinBody(node, enclosing) : enclosing);
    });
  }

private:
  template <typename Field> void visitField(Field &, Enclosing) {}

  template <typename T>
    requires std::is_base_of_v<Node, T>
  void visitField(T *child, Enclosing enclosing) {
    if (child)
      visit(*child, enclosing);
  }

  template <typename T> void visitField(std::vector<T *> &children, Enclosing enclosing) {
    for (T *child : children)
      visitField(child, enclosing);
  }

  void check(const Node &node, Enclosing enclosing) {
    auto misplaced = [&](bool fits, std::string_view what, std::string_view place) {
      if (!fits)
        sink.error({node.range.begin, node.range.begin + static_cast<uint32_t>(what.size())},
                   fmt::format("'{}' outside of {}", what, place));
    };
    switch (node.kind) {
    case Kind::Break:
      return misplaced(enclosing.loop, "break", "a loop");
    case Kind::Continue:
      return misplaced(enclosing.loop, "continue", "a loop");
    case Kind::Return:
      return misplaced(enclosing.function, "return", "a function");
    case Kind::Yield:
    case Kind::YieldFrom:
      return misplaced(enclosing.function, "yield", "a function");
    case Kind::Await:
      return misplaced(enclosing.async, "await", "an async function");
    case Kind::Arguments:
      return checkNames(static_cast<const Arguments &>(node));
    default:
      return;
    }
  }

  void checkNames(const Arguments &parameters) {
    std::set<std::string_view> names;
    auto add = [&](const Arg *parameter) {
      if (parameter && !names.insert(parameter->arg).second)
        sink.error(parameter->range,
                   fmt::format("two parameters have the name '{}'; rename one", parameter->arg));
    };
    for (auto *list : {&parameters.posonlyargs, &parameters.args, &parameters.kwonlyargs})
      for (const Arg *parameter : *list)
        add(parameter);
    add(parameters.vararg);
    add(parameters.kwarg);
  }

  DiagnosticSink &sink;
};
} // namespace

void checkPlacement(Tree &tree, DiagnosticSink &sink) { Placement(sink).visit(*tree.module, {}); }

} // namespace ingot::import::python
