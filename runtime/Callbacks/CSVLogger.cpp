// CSVLogger (keras/src/callbacks/csv_logger.py): lines end in \r\n, values as Python prints floats.

#include "runtime/Callbacks/Callbacks.h"
#include "runtime/Core/Error.h"
#include "runtime/Python/Text.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {
class CSVLogger : public Callback {
public:
  explicit CSVLogger(const IngotCallback &description) : itsDescription(description) {}

  void onTrainBegin(Training &) override {
    bool appends = itsDescription.flags & INGOT_CSV_APPEND;
    itsHasHeader = appends && startsWithText();
    itsColumns.clear();
    open(appends ? "a" : "w");
  }

  void onEpochEnd(Training &, int64_t epoch, Logs &logs) override {
    if (itsColumns.empty())
      chooseColumns(logs);
    std::vector<std::string> cells = {std::to_string(epoch)};
    for (const std::string &column : itsColumns) {
      auto value = logs.find(column);
      cells.push_back(value ? floatText(*value) : "NA");
    }
    write(cells);
  }

  void onTrainEnd(Training &) override { itsFile.reset(); }

  /// How long the file was, so that lines written since are cut off. The columns are settled anew.
  std::vector<double> state() const override {
    return {double(itsFile != nullptr), double(itsHasHeader),
            itsFile ? double(std::ftell(itsFile.get())) : 0};
  }
  void restore(std::span<const double> state) override {
    itsColumns.clear();
    itsHasHeader = state[1] != 0;
    itsFile.reset();
    if (state[0] == 0)
      return;
    std::error_code error;
    auto length = static_cast<uintmax_t>(state[2]);
    if (std::filesystem::file_size(itsDescription.path, error) > length && !error)
      std::filesystem::resize_file(itsDescription.path, length, error);
    open("a");
  }

private:
  struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };

  void open(const char *mode) {
    itsFile.reset(std::fopen(itsDescription.path, mode));
    if (!itsFile || std::fseek(itsFile.get(), 0, SEEK_END))
      fail();
  }

  /// Settled by the first epoch; where it was not validated, later ones may be.
  void chooseColumns(const Logs &logs) {
    for (auto &[name, value] : logs.values)
      itsColumns.push_back(name);
    std::sort(itsColumns.begin(), itsColumns.end());
    if (std::none_of(itsColumns.begin(), itsColumns.end(),
                     [](const std::string &name) { return name.starts_with("val_"); }))
      for (size_t i = 0, count = itsColumns.size(); i < count; ++i)
        itsColumns.push_back("val_" + itsColumns[i]);
    if (itsHasHeader)
      return;
    std::vector<std::string> cells = {"epoch"};
    cells.insert(cells.end(), itsColumns.begin(), itsColumns.end());
    write(cells);
    itsHasHeader = true;
  }

  void write(const std::vector<std::string> &cells) {
    std::string line;
    for (const std::string &cell : cells)
      line += (line.empty() ? "" : itsDescription.separator) + cell;
    line += "\r\n";
    if (std::fputs(line.c_str(), itsFile.get()) < 0 || std::fflush(itsFile.get()))
      fail();
  }

  bool startsWithText() const {
    std::unique_ptr<std::FILE, Close> file(std::fopen(itsDescription.path, "r"));
    int first = file ? std::fgetc(file.get()) : EOF;
    return first != EOF && first != '\n' && first != '\r';
  }

  [[noreturn]] void fail() const {
    throw Error{fmt::format("cannot write {}: {}", itsDescription.path, std::strerror(errno))};
  }

  const IngotCallback &itsDescription;
  bool itsHasHeader = false;
  std::vector<std::string> itsColumns;
  std::unique_ptr<std::FILE, Close> itsFile;
};
} // namespace

std::unique_ptr<Callback> makeCSVLogger(const IngotCallback &description) {
  return std::make_unique<CSVLogger>(description);
}

} // namespace ingot::runtime
