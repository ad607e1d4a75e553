// Identifiers by PEP 3131; the normal form by Unicode Standard Annex 15.

#include "compiler/Import/Python/Identifier.h"

#include "compiler/Import/Python/Encoding.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace ingot::import::python {

namespace {
struct CodePointRange {
  char32_t first, last;
};
struct MappedRange {
  char32_t first, last, value;
};
struct LongDecomposition {
  char32_t codePoint;
  unsigned begin, length; // in decompositionPool
};
struct Composition {
  char32_t first, second, composed;
};

#include "compiler/Import/Python/UnicodeTables.inc"

constexpr char32_t hangulBase = 0xac00, hangulL = 0x1100, hangulV = 0x1161, hangulT = 0x11a7;
constexpr char32_t hangulVCount = 21, hangulTCount = 28, hangulCount = 11172;
} // namespace

/// The row of a sorted table of ranges that holds the code point.
template <typename Row, size_t size> static const Row *find(const Row (&table)[size], char32_t c) {
  auto next = std::upper_bound(std::begin(table), std::end(table), c,
                               [](char32_t value, const Row &row) { return value < row.first; });
  if (next == std::begin(table) || std::prev(next)->last < c)
    return nullptr;
  return std::prev(next);
}

static bool isAsciiLetter(char32_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

bool startsIdentifier(char32_t c) {
  return c < 0x80 ? isAsciiLetter(c) || c == '_' : find(identifierStart, c) != nullptr;
}

bool continuesIdentifier(char32_t c) {
  return c < 0x80 ? startsIdentifier(c) || (c >= '0' && c <= '9')
                  : find(identifierContinue, c) != nullptr;
}

static void decompose(char32_t c, std::u32string &result) {
  if (c >= hangulBase && c < hangulBase + hangulCount) {
    char32_t index = c - hangulBase;
    result += hangulL + index / (hangulVCount * hangulTCount);
    result += hangulV + index / hangulTCount % hangulVCount;
    if (index % hangulTCount)
      result += hangulT + index % hangulTCount;
    return;
  }
  if (const MappedRange *row = find(singleDecompositions, c)) {
    result += row->value + (c - row->first);
    return;
  }
  auto row = std::lower_bound(
      std::begin(longDecompositions), std::end(longDecompositions), c,
      [](const LongDecomposition &row, char32_t value) { return row.codePoint < value; });
  if (row != std::end(longDecompositions) && row->codePoint == c)
    result.append(decompositionPool + row->begin, row->length);
  else
    result += c;
}

static unsigned combiningClass(char32_t c) {
  const MappedRange *row = find(combiningClasses, c);
  return row ? row->value : 0;
}

/// Sorts marks between two characters of class 0 by their class.
static void orderMarks(std::u32string &text) {
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && combiningClass(text[end]) != 0)
      ++end;
    // Insertion sort keeps equal classes in order; runs are a mark or two long in any text that is
    // meant.
    for (size_t j = i + 1; j < end; ++j)
      for (size_t k = j; k > i && combiningClass(text[k - 1]) > combiningClass(text[k]); --k)
        std::swap(text[k - 1], text[k]);
    i = end + 1;
  }
}

static char32_t compose(char32_t first, char32_t second) {
  if (first - hangulL < 19 && second - hangulV < hangulVCount)
    return hangulBase + ((first - hangulL) * hangulVCount + (second - hangulV)) * hangulTCount;
  if (first - hangulBase < hangulCount && (first - hangulBase) % hangulTCount == 0 &&
      second - hangulT - 1 < hangulTCount - 1)
    return first + (second - hangulT);
  auto row = std::lower_bound(
      std::begin(compositions), std::end(compositions), std::pair(first, second),
      [](const Composition &row, auto key) { return std::pair(row.first, row.second) < key; });
  bool found = row != std::end(compositions) && row->first == first && row->second == second;
  return found ? row->composed : 0;
}

static std::u32string composeAll(const std::u32string &text) {
  std::u32string result;
  size_t starter = std::u32string::npos;
  unsigned lastClass = 0;
  for (char32_t c : text) {
    unsigned ownClass = combiningClass(c);
    bool adjacent = starter != std::u32string::npos && starter + 1 == result.size();
    if (starter != std::u32string::npos && (adjacent || lastClass < ownClass)) {
      if (char32_t composed = compose(result[starter], c)) {
        result[starter] = composed;
        continue;
      }
    }
    if (ownClass == 0)
      starter = result.size();
    lastClass = ownClass;
    result += c;
  }
  return result;
}

std::string normalIdentifier(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; }))
    return std::string(text);
  std::u32string points;
  for (size_t i = 0; i < text.size();)
    decompose(nextCodePoint(text, i), points);
  orderMarks(points);
  std::string result;
  for (char32_t c : composeAll(points))
    appendUtf8(result, c);
  return result;
}

} // namespace ingot::import::python
