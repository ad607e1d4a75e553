// Arrays as NumPy 2 prints them: all elements in columns of one width; of more than 1000 elements
// the first and last three of each dimension; lines of 75 characters.

#include "runtime/Python/NdArray.h"
#include "runtime/Python/Text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

struct PrintOptions {
  int64_t precision = 8, threshold = 1000, edgeItems = 3, lineWidth = 75;
  bool suppress = false;
};

PrintOptions options;

/// A finite number's digits before and behind the point, and its exponent.
struct Digits {
  std::string whole, fraction, exponent;
};

void stripZeros(std::string &fraction) {
  fraction.resize(
      fraction.find_last_not_of('0') == std::string::npos ? 0 : fraction.find_last_not_of('0') + 1);
}

/// Digits in fixed notation: the shortest that give the number again, at most `precision` behind
/// the point.
template <typename T> Digits fixedDigits(T value, int64_t precision) {
  char buffer[512];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
  std::string text(buffer, end);
  size_t point = std::min(text.find('.'), text.size());
  if (text.size() > point + 1 + static_cast<size_t>(precision)) {
    text = fmt::format("{:.{}f}", static_cast<double>(value), precision);
    point = std::min(text.find('.'), text.size());
  }
  Digits digits{text.substr(0, point), point < text.size() ? text.substr(point + 1) : "", ""};
  stripZeros(digits.fraction);
  return digits;
}

/// The same in scientific notation.
template <typename T> Digits scientificDigits(T value, int64_t precision) {
  char buffer[64];
  auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  std::string text(buffer, end);
  auto split = [&] {
    size_t e = text.find('e'), point = text.find('.');
    return Digits{text.substr(0, std::min(point, e)),
                  point < e ? text.substr(point + 1, e - point - 1) : "", text.substr(e)};
  };
  Digits digits = split();
  if (digits.fraction.size() > static_cast<size_t>(precision)) {
    text = fmt::format("{:.{}e}", static_cast<double>(value), precision);
    digits = split();
  }
  stripZeros(digits.fraction);
  return digits;
}

/// Writes the elements of one array, in columns.
class ElementFormat {
public:
  explicit ElementFormat(const NdArray &shown, bool isScalar) : itsDtype(shown.dtype) {
    if (isFloating(itsDtype))
      withType(itsDtype, [&]<typename T>() {
        if constexpr (std::is_floating_point_v<T>)
          measure(shown.as<T>(), shown.size());
      });
    else if (!isScalar)
      for (int64_t i = 0; i < shown.size(); ++i)
        itsWidth = std::max(itsWidth, wholeText(shown, i).size());
    if (itsDtype == Dtype::Bool && !isScalar)
      itsWidth = 5;
  }

  std::string operator()(const NdArray &array, int64_t index) const {
    if (!isFloating(itsDtype))
      return fmt::format("{:>{}}", wholeText(array, index), itsWidth);
    return itsDtype == Dtype::Float32 ? floatText(array.as<float>()[index])
                                      : floatText(array.as<double>()[index]);
  }

private:
  static std::string wholeText(const NdArray &array, int64_t index) {
    return str(array.item(index));
  }

  template <typename T> void measure(const T *values, int64_t count) {
    std::vector<T> finite;
    bool negativeInfinity = false;
    for (int64_t i = 0; i < count; ++i) {
      if (std::isfinite(values[i]))
        finite.push_back(values[i]);
      else
        negativeInfinity |= std::isinf(values[i]) && values[i] < 0;
    }
    T most = 0, least = 0;
    for (T value : finite)
      if (value != 0) {
        T size = std::abs(value);
        most = std::max(most, size);
        least = least == 0 ? size : std::min(least, size);
      }
    itsScientific =
        most != 0 &&
        (most >= T(1e8) || (!options.suppress && (least < T(1e-4) || most / least > T(1000))));
    for (T value : finite) {
      Digits digits = itsScientific ? scientificDigits(value, options.precision)
                                    : fixedDigits(value, options.precision);
      itsLeft = std::max(itsLeft, digits.whole.size());
      itsRight = std::max(itsRight, digits.fraction.size());
      itsExponent = std::max(itsExponent, digits.exponent.size());
    }
    itsFraction = itsRight;
    if (itsScientific)
      itsRight += itsExponent;
    if (finite.size() != static_cast<size_t>(count)) {
      size_t offset = itsRight + 1, longest = negativeInfinity ? 4 : 3;
      itsLeft = std::max(itsLeft, longest > offset ? longest - offset : 0);
    }
  }

  template <typename T> std::string floatText(T value) const {
    size_t width = itsLeft + 1 + itsRight;
    if (!std::isfinite(value)) {
      std::string text = std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
      return fmt::format("{:>{}}", text, width);
    }
    Digits digits;
    if (itsScientific) {
      digits = scientificDigits(value, static_cast<int64_t>(itsFraction));
      digits.fraction.append(itsFraction - digits.fraction.size(), '0');
    } else {
      digits = fixedDigits(value, options.precision);
    }
    std::string text =
        fmt::format("{:>{}}.{}{}", digits.whole, itsLeft, digits.fraction, digits.exponent);
    return fmt::format("{:<{}}", text, width);
  }

  Dtype itsDtype;
  size_t itsWidth = 0; // of whole numbers and bools
  bool itsScientific = false;
  size_t itsLeft = 0, itsRight = 0, itsFraction = 0, itsExponent = 0;
};

/// The first and last items of each dimension that is cut.
NdArray edgesOf(const NdArray &array) {
  Value edges = arrayValue(array);
  std::vector<Value> index;
  for (int64_t extent : array.shape) {
    Value whole = makeSequence(PythonSequence::Slice, {PythonNone{}, PythonNone{}, PythonNone{}});
    if (extent > 2 * options.edgeItems) {
      std::vector<Value> positions;
      for (int64_t i = 0; i < options.edgeItems; ++i)
        positions.push_back(i);
      for (int64_t i = -options.edgeItems; i < 0; ++i)
        positions.push_back(i);
      std::vector<Value> taken = index;
      taken.push_back(makeSequence(PythonSequence::List, std::move(positions)));
      edges = subscript(edges, makeSequence(PythonSequence::Tuple, std::move(taken)));
    }
    index.push_back(whole);
  }
  return *edges.array();
}

class Layout {
public:
  Layout(const NdArray &array, std::string separator, std::string prefix, int64_t width)
      : itsArray(array), itsSeparator(std::move(separator)), itsPrefix(std::move(prefix)),
        itsWidth(width), itsCut(array.size() > options.threshold),
        itsElement(itsCut ? edgesOf(array) : array, array.shape.empty()) {}

  std::string text() {
    if (itsArray.size() == 0)
      return "[]";
    return level(0, 0, itsPrefix + " ", itsWidth);
  }

private:
  /// The items that are shown of a dimension; -1 stands for "...".
  std::vector<int64_t> shown(int64_t extent) const {
    std::vector<int64_t> items;
    bool cut = itsCut && 2 * options.edgeItems < extent;
    for (int64_t i = 0; i < (cut ? options.edgeItems : extent); ++i)
      items.push_back(i);
    if (cut) {
      items.push_back(-1);
      for (int64_t i = extent - options.edgeItems; i < extent; ++i)
        items.push_back(i);
    }
    return items;
  }

  std::string stripped(std::string text) const {
    while (text.ends_with(' '))
      text.pop_back();
    return text;
  }

  std::string level(size_t axis, int64_t offset, const std::string &indent, int64_t width) {
    if (axis == itsArray.shape.size())
      return itsElement(itsArray, offset);
    std::string body = axis + 1 == itsArray.shape.size() ? row(axis, offset, indent, width)
                                                         : rows(axis, offset, indent, width);
    return "[" + body.substr(indent.size()) + "]";
  }

  std::string row(size_t axis, int64_t offset, const std::string &indent, int64_t width) {
    int64_t room =
        width - std::max<int64_t>(static_cast<int64_t>(stripped(itsSeparator).size()), 1);
    std::string done, line = indent;
    std::vector<int64_t> items = shown(itsArray.shape[axis]);
    for (size_t i = 0; i < items.size(); ++i) {
      std::string word = items[i] < 0 ? "..." : itsElement(itsArray, offset + items[i]);
      if (static_cast<int64_t>(line.size() + word.size()) > room && line.size() > indent.size()) {
        done += stripped(line) + "\n";
        line = indent;
      }
      line += word;
      if (i + 1 < items.size())
        line += itsSeparator;
    }
    return done + line;
  }

  std::string rows(size_t axis, int64_t offset, const std::string &indent, int64_t width) {
    std::string result, lines(itsArray.shape.size() - axis - 1, '\n');
    int64_t stride = 1;
    for (size_t inner = axis + 1; inner < itsArray.shape.size(); ++inner)
      stride *= itsArray.shape[inner];
    std::vector<int64_t> items = shown(itsArray.shape[axis]);
    for (size_t i = 0; i < items.size(); ++i) {
      result += indent;
      result += items[i] < 0 ? "..."
                             : level(axis + 1, offset + items[i] * stride, indent + " ", width - 1);
      if (i + 1 < items.size())
        result += stripped(itsSeparator) + lines;
    }
    return result;
  }

  const NdArray &itsArray;
  const std::string itsSeparator, itsPrefix;
  const int64_t itsWidth;
  const bool itsCut;
  const ElementFormat itsElement;
};

/// A NumPy scalar.
std::string scalarText(const NdArray &array) {
  return array.dtype == Dtype::Float32 ? float32Text(array.as<float>()[0]) : str(array.item(0));
}

} // namespace

std::string arrayText(const NdArray &array) {
  if (array.shape.empty())
    return scalarText(array);
  return Layout(array, " ", "", options.lineWidth).text();
}

std::string arrayRepr(const NdArray &array) {
  if (array.shape.empty()) {
    if (array.dtype == Dtype::Bool)
      return array.as<bool>()[0] ? "np.True_" : "np.False_";
    return fmt::format("np.{}({})", dtypeName(array.dtype), scalarText(array));
  }
  std::string text = "array(" + Layout(array, ", ", "      ", options.lineWidth - 1).text();
  bool usual =
      array.dtype == Dtype::Bool || array.dtype == Dtype::Int64 || array.dtype == Dtype::Float64;
  std::string tail;
  if (array.size() > options.threshold)
    tail = fmt::format(", shape={}", shapeText(array.shape));
  if (array.size() == 0 && array.shape.size() > 1)
    tail = fmt::format(", shape={}", shapeText(array.shape));
  if (!usual || array.size() == 0)
    tail += fmt::format("{}dtype={}", ", ", dtypeName(array.dtype));
  if (tail.empty())
    return text + ")";
  size_t lastLine =
      text.size() - (text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
  // The type goes on the next line where it does not fit.
  if (lastLine + tail.size() + 1 > static_cast<size_t>(options.lineWidth))
    return text + ",\n      " + tail.substr(2) + ")";
  return text + tail + ")";
}

void setPrintOptions(const Value &precision, const Value &threshold, const Value &edgeItems,
                     const Value &lineWidth, const Value &suppress) {
  auto set = [](const Value &given, int64_t &option) {
    const Value value = plain(given);
    if (value.isNumber())
      option = std::isfinite(value.number()) ? static_cast<int64_t>(std::min(value.number(), 9e15))
                                             : INT64_MAX;
  };
  set(precision, options.precision);
  set(threshold, options.threshold);
  set(edgeItems, options.edgeItems);
  set(lineWidth, options.lineWidth);
  if (!suppress.isNone())
    options.suppress = truth(suppress);
}

} // namespace ingot::runtime
