// A test tool: shows the tree of Python files in the text form of dump_ast.py.
//   ingot-python-ast FILE              the tree; with errors, those alone
//   ingot-python-ast --recovered FILE  the tree even then
//   ingot-python-ast --batch           for each path on the standard input: a line "LENGTH PATH",
//   and LENGTH bytes
//                                      of tree. The length of a file with errors is -1.

#include "compiler/Import/Python/Fields.h"
#include "compiler/Import/Python/Parser.h"

#include <fmt/format.h>

#include <bit>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>

using namespace ingot::import::python;

namespace {

/// Printable ASCII as it is, other bytes as \xNN.
void appendEscaped(std::string &result, std::string_view text) {
  for (char c : text) {
    if (c >= 0x20 && c < 0x7f && c != '\'' && c != '\\')
      result += c;
    else
      fmt::format_to(std::back_inserter(result), "\\x{:02x}", static_cast<unsigned char>(c));
  }
}

/// An integer literal of any base and size in hexadecimal, without leading zeros.
std::string hexadecimal(const std::string &text) {
  unsigned base = 10;
  size_t i = 0;
  if (text.size() > 2 && text[1] > '9') {
    char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : 2;
    i = 2;
  }
  std::string digits = "0"; // least significant first
  for (; i < text.size(); ++i) {
    char c = text[i];
    unsigned carry = c <= '9' ? unsigned(c - '0') : unsigned((c | 0x20) - 'a') + 10;
    for (char &digit : digits) {
      unsigned old = digit <= '9' ? unsigned(digit - '0') : unsigned(digit - 'a') + 10;
      unsigned value = old * base + carry;
      digit = "0123456789abcdef"[value % 16];
      carry = value / 16;
    }
    for (; carry; carry /= 16)
      digits += "0123456789abcdef"[carry % 16];
  }
  size_t last = digits.find_last_not_of('0');
  digits.resize(last == std::string::npos ? 1 : last + 1);
  return "0x" + std::string(digits.rbegin(), digits.rend());
}

class Dumper {
public:
  explicit Dumper(const Source &source) : source(source) {}

  std::string run(Node &module) {
    dump("", module);
    return std::move(result);
  }

private:
  void dump(const char *label, Node &node) {
    result.append(indentation, ' ');
    result += label;
    if (*label)
      result += ' ';
    result += kindName(node.kind);
    bool placed = node.kind != Kind::Module && node.kind != Kind::Arguments &&
                  node.kind != Kind::Comprehension && node.kind != Kind::WithItem &&
                  node.kind != Kind::MatchCase;
    if (placed) {
      auto begin = source.position(node.range.begin), end = source.position(node.range.end);
      fmt::format_to(std::back_inserter(result), " {}:{}-{}:{}", begin.line, begin.column - 1,
                     end.line, end.column - 1);
    }
    range = node.range;
    visitFields(node, [&](const char *name, auto &field) { scalar(name, field); });
    if (auto *constant = as<Constant>(&node); constant && constant->kind_u)
      result += " kind=u";
    result += '\n';
    indentation += 1;
    visitFields(node, [&](const char *name, auto &field) { children(name, field); });
    indentation -= 1;
  }

  // Children.
  template <typename T> void children(const char *, T &) {}
  template <typename T>
    requires std::is_base_of_v<Node, T>
  void children(const char *name, T *&child) {
    if (child)
      dump(name, *child);
  }
  template <typename T> void children(const char *name, std::vector<T *> &list) {
    for (T *child : list) {
      if (child) {
        dump(name, *child);
        continue;
      }
      result.append(indentation, ' ');
      fmt::format_to(std::back_inserter(result), "{} None\n", name);
    }
  }

  // What stands in the node's own line.
  template <typename T> void scalar(const char *, T *&) {}
  template <typename T> void scalar(const char *, std::vector<T *> &) {}
  void label(const char *name) { fmt::format_to(std::back_inserter(result), " {}=", name); }
  void scalar(const char *name, std::string &text) { label(name), result += text; }
  void scalar(const char *name, std::optional<std::string> &text) {
    if (text)
      label(name), result += *text;
  }
  void scalar(const char *name, std::vector<std::string> &texts) {
    label(name);
    for (const std::string &text : texts)
      result += text + ',';
  }
  void scalar(const char *name, std::vector<CompareOperator> &ops) {
    label(name);
    for (CompareOperator op : ops)
      result += std::string(operatorName(op)) + ',';
  }
  void scalar(const char *name, BoolOperator &op) { label(name), result += operatorName(op); }
  void scalar(const char *name, Operator &op) { label(name), result += operatorName(op); }
  void scalar(const char *name, UnaryOperator &op) { label(name), result += operatorName(op); }
  void scalar(const char *name, ExprContext &context) {
    static constexpr const char *names[] = {"Load", "Store", "Del"};
    label(name), result += names[static_cast<size_t>(context)];
  }
  void scalar(const char *name, bool &value) { label(name), result += value ? "1" : "0"; }
  void scalar(const char *name, unsigned &value) { label(name), result += std::to_string(value); }
  void scalar(const char *name, char &value) {
    label(name), result += std::to_string(value ? value : -1);
  }
  void scalar(const char *name, std::optional<bool> &value) {
    label(name), result += !value ? "None" : *value ? "True" : "False";
  }
  void scalar(const char *name, ConstantValue &value) {
    label(name);
    std::visit([&](const auto &held) { constant(held); }, value);
  }

  void constant(NoneValue) { result += "None"; }
  void constant(EllipsisValue) { result += "Ellipsis"; }
  void constant(bool value) { result += value ? "True" : "False"; }
  void constant(const IntegerValue &value) { result += hexadecimal(value.text); }
  void constant(double value) { result += fmt::format("float {:016x}", bits(value)); }
  void constant(ImaginaryValue value) {
    result += fmt::format("complex {:016x}", bits(value.imaginary));
  }
  void constant(const BytesValue &value) { quoted("bytes '", value.bytes); }
  void constant(const std::string &value) {
    if (source.text(range).find("\\N{") != std::string_view::npos)
      result += "named characters";
    else
      quoted("str '", value);
  }
  void quoted(const char *opening, std::string_view text) {
    result += opening;
    appendEscaped(result, text);
    result += '\'';
  }
  static uint64_t bits(double value) { return std::bit_cast<uint64_t>(value); }

  const Source &source;
  std::string result;
  size_t indentation = 0;
  SourceRange range;
};

int showFile(const std::string &path, bool recovered) {
  DiagnosticSink sink;
  std::string error;
  auto source = Source::read(path, sink, error);
  if (!source) {
    fmt::print(stderr, "ingot-python-ast: error: {}\n", error);
    return 1;
  }
  Tree tree = parse(*source, sink);
  std::string messages = sink.render(*source, false);
  std::fwrite(messages.data(), 1, messages.size(), stderr);
  if (sink.hasErrors() && !recovered)
    return 1;
  std::string dump = Dumper(*source).run(*tree.module);
  std::fwrite(dump.data(), 1, dump.size(), stdout);
  return sink.hasErrors() ? 1 : 0;
}

int showBatch() {
  for (std::string path; std::getline(std::cin, path);) {
    DiagnosticSink sink;
    std::string error;
    auto source = Source::read(path, sink, error);
    std::string dump;
    if (source) {
      Tree tree = parse(*source, sink);
      // Recovered trees and messages are made too, so that mutated inputs try all of it.
      dump = Dumper(*source).run(*tree.module);
      if (sink.hasErrors())
        dump.clear(), sink.render(*source, false);
    }
    bool good = source && !sink.hasErrors();
    fmt::print("{} {}\n", good ? static_cast<long>(dump.size()) : -1L, path);
    std::fwrite(dump.data(), 1, dump.size(), stdout);
    std::fflush(stdout);
  }
  return 0;
}

} // namespace

int main(int count, char **arguments) {
  std::string first = count > 1 ? arguments[1] : "";
  if (count == 2 && first == "--batch")
    return showBatch();
  if (count == 3 && first == "--recovered")
    return showFile(arguments[2], true);
  if (count == 2 && !first.starts_with("-"))
    return showFile(first, false);
  fmt::print(stderr, "usage: ingot-python-ast [--recovered] FILE | --batch\n");
  return 2;
}
