// Numbers and strings as Python writes them.

#ifndef INGOT_COMPILER_IMPORT_EVALUATE_TEXT_H
#define INGOT_COMPILER_IMPORT_EVALUATE_TEXT_H

#include "compiler/Import/Evaluate/Value.h"

#include <string>
#include <string_view>

namespace ingot::import {

/// repr(float): the shortest digits that read back as the same number.
std::string floatRepr(double value);
/// repr(str), with its quotes.
std::string strRepr(std::string_view text);
/// A NumPy float32 as it prints itself: the shortest digits for a float.
std::string float32Repr(float value);

/// What format() gives, or why it fails.
struct Formatted {
  std::string text;
  std::string error;
};
/// format(value, spec) of an int, bool, float or str;
/// https://docs.python.org/3/library/string.html#formatspec
Formatted formatValue(const Value &value, std::string_view spec);
/// A part of a %-format: text, or a conversion %[(name)][flags][width][.precision]type.
struct PercentPart {
  std::string literal; // of text
  bool conversion = false, named = false;
  std::string name, flags, widths;
  char type = 0;
};
/// The parts, or why the format is none.
std::vector<PercentPart> percentParts(std::string_view pattern, std::string &error);
/// The conversion as a spec of format(); 's', 'r' and 'a' format a str.
std::string percentSpec(const PercentPart &part);
/// template % arguments; one argument may stand without its tuple.
Formatted formatPercent(std::string_view pattern, const Value &arguments);

/// The number of code points of UTF-8 text; bytes that are no UTF-8 count as one each.
int64_t codePoints(std::string_view text);
/// The text's code points, each as its own UTF-8 text.
std::vector<std::string> splitCodePoints(std::string_view text);

} // namespace ingot::import

#endif
