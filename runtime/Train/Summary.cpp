// The table that Keras 3 prints: widths, wrapping, colours.

#include "runtime/Train/Summary.h"

#include "runtime/Checkpoint/Weights.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>
#include <utility>
#include <vector>

namespace ingot::runtime {

namespace {

// Columns count characters; every character of a table is one column wide.
size_t width(const std::string &text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string line(const char *character, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += character;
  return text;
}

std::string coloured(const std::string &text, int colour) {
  return fmt::format("\x1b[38;5;{}m{}\x1b[0m", colour, text);
}

/// Colours of the words of a shape or count: numbers 34, None 45.
std::string colourNumbers(const std::string &text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && (isalnum(static_cast<unsigned char>(text[end])) ||
                                 (text[end] == ',' && end + 1 < text.size() && end > at &&
                                  isdigit(static_cast<unsigned char>(text[end + 1])))))
      ++end;
    if (end == at) {
      result += text[at++];
      continue;
    }
    std::string word = text.substr(at, end - at);
    result += word == "None" ? coloured(word, 45) : coloured(word, 34);
    at = end;
  }
  return result;
}

std::string colourType(const std::string &text) {
  size_t open = text.find('('), close = text.find(')');
  if (open == std::string::npos || close == std::string::npos || close < open)
    return text;
  return text.substr(0, open + 1) + coloured(text.substr(open + 1, close - open - 1), 33) +
         text.substr(close);
}

/// Lines of at most `limit` columns, broken at spaces; a longer word ends in an ellipsis.
std::vector<std::string> wrap(const std::string &text, size_t limit) {
  std::vector<std::string> lines;
  for (size_t at = 0; at <= text.size();) {
    size_t end = std::min(text.find(' ', at), text.size());
    std::string word = text.substr(at, end - at);
    if (!lines.empty() && width(lines.back()) + 1 + width(word) <= limit)
      lines.back() += " " + word;
    else
      lines.push_back(word);
    at = end + 1;
  }
  for (std::string &entry : lines)
    if (width(entry) > limit)
      entry = entry.substr(0, limit - 1) + "…";
  return lines;
}

/// A column: its title, where it ends as a share of the width, and how its cells look.
struct Column {
  const char *title;
  double end;
  bool right = false; // flush right
  std::string (*colour)(const std::string &);
};

/// "conv2d[0][0], image[0][0]": the numbers in brackets.
std::string colourIndices(const std::string &text) {
  std::string result;
  for (size_t at = 0; at < text.size(); ++at) {
    size_t end = text.find(']', at);
    if (text[at] != '[' || end == std::string::npos) {
      result += text[at];
      continue;
    }
    result += "[" + coloured(text.substr(at + 1, end - at - 1), 34) + "]";
    at = end;
  }
  return result;
}

constexpr Column chainColumns[] = {{"Layer (type)", 0.45, false, colourType},
                                   {"Output Shape", 0.8, false, colourNumbers},
                                   {"Param #", 1, true, colourNumbers}};
constexpr Column graphColumns[] = {{"Layer (type)", 0.3, false, colourType},
                                   {"Output Shape", 0.56, false, colourNumbers},
                                   {"Param #", 0.74, true, colourNumbers},
                                   {"Connected to", 1, false, colourIndices}};

/// Keras asks for columns whose widths, borders left out, are the table's: what is too much is
/// taken from each in turn, rounded half to even (Rich's ratio_reduce).
std::vector<size_t> columnWidths(std::span<const Column> columns, int total) {
  std::vector<size_t> widths;
  int before = 0, excess = static_cast<int>(columns.size()) + 1,
      left = static_cast<int>(columns.size());
  for (const Column &column : columns) {
    int end = static_cast<int>(column.end * total);
    int share = static_cast<int>(std::nearbyint(static_cast<double>(excess) / left--));
    excess -= share;
    widths.push_back(static_cast<size_t>(std::max(end - before - share - 2, 1)));
    before = end;
  }
  return widths;
}

class Table {
public:
  Table(const SummaryStyle &style, std::span<const Column> columns)
      : itsStyle(style), itsColumns(columns) {
    int widest = columns.size() > 3 ? 108 : 88;
    int total = std::min(widest, style.columns - 4);
    itsWidths = columnWidths(columns, std::max(total, 30));
  }

  void rule(const char *left, const char *dash, const char *middle, const char *right) {
    text += left;
    for (size_t column = 0; column < itsColumns.size(); ++column)
      text += line(dash, itsWidths[column] + 2) + (column + 1 < itsColumns.size() ? middle : right);
    text += "\n";
  }

  void header() {
    for (size_t column = 0; column < itsColumns.size(); ++column) {
      std::string cell = padded(itsColumns[column].title, itsColumns[column].title, column);
      text += "┃";
      text += itsStyle.colours ? "\x1b[1m \x1b[0m\x1b[1m" + cell + "\x1b[0m\x1b[1m \x1b[0m"
                               : " " + cell + " ";
    }
    text += "┃\n";
  }

  void row(const IngotLayer &layer) {
    std::string whole[] = {fmt::format("{} ({})", layer.name, layer.type), layer.output_shape,
                           grouped(layer.parameters), layer.connected_to ? layer.connected_to : ""};
    std::vector<std::vector<std::string>> cells;
    size_t lines = 0;
    for (size_t column = 0; column < itsColumns.size(); ++column) {
      cells.push_back(wrap(whole[column], itsWidths[column]));
      lines = std::max(lines, cells.back().size());
    }
    for (size_t i = 0; i < lines; ++i) {
      for (size_t column = 0; column < itsColumns.size(); ++column) {
        std::string cell = i < cells[column].size() ? cells[column][i] : "";
        std::string shown = itsStyle.colours ? itsColumns[column].colour(cell) : cell;
        text += "│ " + padded(cell, shown, column) + " ";
      }
      text += "│\n";
    }
  }

  void total(const char *name, uint64_t count, uint64_t bytes) {
    std::string label = fmt::format(" {}: ", name), number = grouped(count);
    if (itsStyle.colours)
      label = "\x1b[1m" + label + "\x1b[0m", number = coloured(number, 34);
    text += label + number + " (" + memory(bytes) + ")\n";
  }

  std::string text;

private:
  static std::string grouped(uint64_t count) {
    std::string digits = fmt::format("{}", count);
    for (size_t at = digits.size(); at > 3; at -= 3)
      digits.insert(at - 3, ",");
    return digits;
  }

  static std::string memory(uint64_t bytes) {
    double size = static_cast<double>(bytes);
    const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    int unit = 0;
    while (size >= 1024 && unit < 4)
      size /= 1024, ++unit;
    return fmt::format("{:.2f} {}", size, units[unit]);
  }

  /// `shown` is the cell with its colours; counts are flush right.
  std::string padded(const std::string &cell, const std::string &shown, size_t column) const {
    size_t has = width(cell);
    std::string space(has < itsWidths[column] ? itsWidths[column] - has : 0, ' ');
    return itsColumns[column].right ? space + shown : shown + space;
  }

  SummaryStyle itsStyle;
  std::span<const Column> itsColumns;
  std::vector<size_t> itsWidths; // of the cells' text
};

struct Counts {
  uint64_t trainable = 0, fixed = 0, slots = 0;
};

Counts count(const IngotProgram &program) {
  Counts counts;
  for (const IngotParameter &parameter : parametersOf(program)) {
    if (parameter.role == INGOT_VALUE)
      continue;
    uint64_t elements = 1;
    for (uint32_t axis = 0; axis < parameter.rank; ++axis)
      elements *= static_cast<uint64_t>(parameter.shape[axis]);
    (parameter.role == INGOT_TRAINABLE ? counts.trainable
     : parameter.role == INGOT_SLOT    ? counts.slots
                                       : counts.fixed) += elements;
  }
  return counts;
}

} // namespace

std::string summaryText(const ModelSummary &model, const SummaryStyle &style) {
  bool isGraph = std::ranges::any_of(model.layers, [](const IngotLayer &layer) {
    return layer.connected_to && *layer.connected_to;
  });
  Table table(style, isGraph ? std::span<const Column>(graphColumns) : chainColumns);
  std::string title = fmt::format("Model: \"{}\"", model.name);
  table.text = style.colours ? "\x1b[1m" + title + "\x1b[0m\n" : title + "\n";
  table.rule("┏", "━", "┳", "┓");
  table.header();
  table.rule("┡", "━", "╇", "┩");
  bool first = true;
  for (const IngotLayer &layer : model.layers) {
    if (!std::exchange(first, false))
      table.rule("├", "─", "┼", "┤");
    table.row(layer);
  }
  table.rule("└", "─", "┴", "┘");
  uint64_t weights = model.trainable + model.fixed;
  // Besides its slots an optimizer of Keras has its step (int64) and its learning rate.
  uint64_t optimizer = model.slots ? *model.slots + model.rates + 1 : 0;
  uint64_t optimizerBytes = model.slots ? 4 * (*model.slots + model.rates) + 8 : 0;
  table.total("Total params", weights + optimizer, 4 * weights + optimizerBytes);
  table.total("Trainable params", model.trainable, 4 * model.trainable);
  table.total("Non-trainable params", model.fixed, 4 * model.fixed);
  if (model.slots)
    table.total("Optimizer params", optimizer, optimizerBytes);
  return table.text;
}

std::string summaryText(const IngotProgram &program, const SummaryStyle &style) {
  Counts counts = count(program);
  return summaryText(ModelSummary{program.model_name,
                                  {program.layers, program.layer_count},
                                  counts.trainable,
                                  counts.fixed,
                                  style.trained ? std::optional(counts.slots) : std::nullopt,
                                  std::isnan(program.learning_rate) ? 0U : 1U},
                     style);
}

} // namespace ingot::runtime
