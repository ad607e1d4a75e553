// How diagnostics are collected and shown.

#include "compiler/Import/Python/Diagnostics.h"

#include "compiler/Import/Python/Encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace ingot::import::python {

Diagnostic &Diagnostic::note(SourceRange place, std::string text) {
  notes.push_back({Severity::Note, place, std::move(text), {}, std::nullopt});
  return *this;
}

Diagnostic &Diagnostic::fix(std::string replacement) {
  fixIt = std::move(replacement);
  return *this;
}

Diagnostic &DiagnosticSink::add(Severity severity, SourceRange range, std::string message) {
  list.push_back({severity, range, std::move(message), {}, std::nullopt});
  return list.back();
}

Diagnostic &DiagnosticSink::error(SourceRange range, std::string message) {
  ++errors;
  return add(Severity::Error, range, std::move(message));
}

Diagnostic &DiagnosticSink::warning(SourceRange range, std::string message) {
  return add(Severity::Warning, range, std::move(message));
}

namespace {

/// The columns that a terminal gives a character.
unsigned displayWidth(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  static constexpr Range zero[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},
                                   {0x64b, 0x65f},   {0x1ab0, 0x1aff}, {0x200b, 0x200f},
                                   {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xe0100, 0xe01ef}};
  static constexpr Range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},
                                   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                                   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                                   {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
  auto in = [c](const auto &ranges) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [c](Range r) { return r.first <= c && c <= r.last; });
  };
  return in(zero) ? 0 : in(wide) ? 2 : 1;
}

/// A source line as a terminal shows it: tabs as spaces up to multiples of 8, control characters as
/// '?', and of very long lines the part around the place in question.
class ShownLine {
public:
  ShownLine(std::string_view line, size_t begin, size_t end) {
    size_t first = begin > margin ? begin - margin : 0;
    while (first > 0 && isContinuation(line[first]))
      --first;
    if (first > 0)
      add("...", 3);
    for (size_t i = first; i < line.size();) {
      if (i > begin + margin && i > std::min(end, begin + 2 * margin)) {
        add("...", 3);
        break;
      }
      mark(i, begin, end);
      addCharacter(line, i);
    }
    mark(line.size(), begin, end);
    endColumn = std::max(endColumn, beginColumn);
  }

  std::string text;
  unsigned beginColumn = 0, endColumn = 0;

private:
  static constexpr size_t margin = 100;

  static bool isContinuation(char c) { return (c & 0xc0) == 0x80; }

  void mark(size_t offset, size_t begin, size_t end) {
    if (offset <= begin)
      beginColumn = column;
    if (offset <= end)
      endColumn = column;
  }

  void add(std::string_view shown, unsigned width) {
    text += shown;
    column += width;
  }

  void addCharacter(std::string_view line, size_t &i) {
    size_t begin = i;
    char32_t c = nextCodePoint(line, i);
    if (c == '\t') {
      unsigned width = 8 - column % 8;
      add(std::string(width, ' '), width);
    } else if (c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa0)) {
      add("?", 1);
    } else {
      add(line.substr(begin, i - begin), displayWidth(c));
    }
  }

  unsigned column = 0;
};

struct Colours {
  const char *severity, *bold, *caret, *reset;
};

Colours coloursOf(Severity severity, bool colour) {
  if (!colour)
    return {"", "", "", ""};
  static constexpr std::array<const char *, 3> severities = {"\033[1;31m", "\033[1;35m",
                                                             "\033[1;36m"};
  return {severities[static_cast<size_t>(severity)], "\033[1m", "\033[1;32m", "\033[0m"};
}

void renderOne(const Diagnostic &diagnostic, const Source &source, bool colour,
               std::string &result) {
  static constexpr std::array<const char *, 3> names = {"error", "warning", "note"};
  Colours c = coloursOf(diagnostic.severity, colour);
  Position place = source.position(diagnostic.range.begin);
  result += fmt::format("{}{}:{}:{}: {}{}:{}{} {}{}\n", c.bold, source.path(), place.line,
                        place.column, c.severity, names[static_cast<size_t>(diagnostic.severity)],
                        c.reset, c.bold, diagnostic.message, c.reset);

  std::string_view line = source.line(place.line);
  size_t begin = place.column - 1;
  size_t end =
      begin + (std::max(diagnostic.range.end, diagnostic.range.begin) - diagnostic.range.begin);
  ShownLine shown(line, begin, std::min(end, std::max(begin, line.size())));
  unsigned length = shown.endColumn - shown.beginColumn;
  result += fmt::format("    {}\n    {}{}^{}{}\n", shown.text, std::string(shown.beginColumn, ' '),
                        c.caret, std::string(length > 1 ? length - 1 : 0, '~'), c.reset);
  if (diagnostic.fixIt)
    result += fmt::format("    {}{}{}{}\n", std::string(shown.beginColumn, ' '), c.caret,
                          *diagnostic.fixIt, c.reset);
  for (const Diagnostic &note : diagnostic.notes)
    renderOne(note, source, colour, result);
}

} // namespace

std::string render(const Diagnostic &diagnostic, const Source &source, bool colour) {
  std::string result;
  renderOne(diagnostic, source, colour, result);
  return result;
}

std::string DiagnosticSink::render(const Source &source, bool colour) const {
  std::vector<size_t> order(list.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(list[a].range.begin, a) < std::pair(list[b].range.begin, b);
  });
  std::string result;
  for (size_t index : order)
    renderOne(list[index], source, colour, result);
  return result;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

unsigned editDistance(std::string_view first, std::string_view second) {
  size_t width = second.size() + 1;
  std::vector<unsigned> twoUp(width), above(width), row(width);
  std::iota(above.begin(), above.end(), 0u);
  auto same = [&](size_t i, size_t j) { return lower(first[i]) == lower(second[j]); };
  for (size_t i = 0; i < first.size(); ++i) {
    row[0] = static_cast<unsigned>(i + 1);
    for (size_t j = 0; j < second.size(); ++j) {
      row[j + 1] = std::min({above[j + 1] + 1, row[j] + 1, above[j] + (same(i, j) ? 0u : 1u)});
      if (i > 0 && j > 0 && same(i, j - 1) && same(i - 1, j))
        row[j + 1] = std::min(row[j + 1], twoUp[j - 1] + 1);
    }
    std::swap(twoUp, above);
    std::swap(above, row);
  }
  return above[second.size()];
}

std::optional<std::string> nearestName(std::string_view name,
                                       const std::vector<std::string> &candidates) {
  size_t limit = std::max<size_t>(1, name.size() / 3);
  const std::string *best = nullptr;
  unsigned bestDistance = 0;
  auto caseChanges = [&](const std::string &candidate) {
    size_t changes = 0;
    for (size_t i = 0; i < std::min(name.size(), candidate.size()); ++i)
      changes += name[i] != candidate[i] && lower(name[i]) == lower(candidate[i]);
    return changes;
  };
  for (const std::string &candidate : candidates) {
    if (std::max(candidate.size(), name.size()) - std::min(candidate.size(), name.size()) > limit)
      continue;
    unsigned distance = editDistance(name, candidate);
    if (distance > limit || distance >= std::max(name.size(), candidate.size()))
      continue;
    if (!best || distance < bestDistance ||
        (distance == bestDistance && caseChanges(candidate) < caseChanges(*best))) {
      best = &candidate;
      bestDistance = distance;
    }
  }
  return best ? std::optional<std::string>(*best) : std::nullopt;
}

} // namespace ingot::import::python
