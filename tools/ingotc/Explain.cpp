// A row a launch: what it computes, how, why so, and how much.

#include "tools/ingotc/Explain.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/Train/Train.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace ingot;

Reasons ingot::reasonsOf(ModuleOp module) {
  Reasons reasons;
  module.walk([&](kernel::LaunchOp launch) {
    if (auto entry = launch->getParentOfType<kernel::EntryOp>())
      reasons[entry.getSymName().str()].push_back(
          launch.getSchedule() ? launch.getSchedule()->getWhy().str() : "");
  });
  return reasons;
}

namespace {
struct Row {
  std::string launch, kernel, schedule, mflop, kib, why, tiles;
};

/// "conv2d_forward {columns = 7 : i64, …}" as "conv2d_forward" and "columns = 7, …".
std::pair<std::string, std::string> splitSchedule(StringRef schedule) {
  auto [algorithm, tiles] = schedule.split(' ');
  std::string plain;
  for (StringRef part : llvm::split(tiles.trim("{}"), " : i64"))
    plain += part;
  return {algorithm.str(), plain};
}

std::string thousandths(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.3f", value);
  return text;
}

std::vector<Row> rowsOf(kernel::EntryOp entry, const Reasons &reasons) {
  std::vector<Row> rows{{"launch", "kernel", "schedule", "MFLOP", "KiB", "why", "tiles"}};
  auto known = reasons.find(entry.getSymName().str());
  for (auto [i, call] : llvm::enumerate(entry.getOps<kernel::CallOp>())) {
    bool hasReason = known != reasons.end() && i < known->second.size();
    auto [algorithm, tiles] = splitSchedule(call.getSchedule());
    rows.push_back({call.getLayer().str(), call.getKernel().str(), algorithm,
                    thousandths(call.getFlops() / 1e6), thousandths(call.getBytes() / 1024.0),
                    hasReason ? known->second[i] : "", tiles});
  }
  return rows;
}

void print(ArrayRef<Row> rows, llvm::raw_ostream &os) {
  static constexpr std::string Row::*columns[] = {
      &Row::launch, &Row::kernel, &Row::schedule, &Row::mflop, &Row::kib, &Row::why, &Row::tiles};
  size_t widths[std::size(columns)] = {};
  for (const Row &row : rows)
    for (auto [column, width] : llvm::zip_equal(columns, widths))
      width = std::max(width, (row.*column).size());
  for (const Row &row : rows) {
    std::string line = " ";
    llvm::raw_string_ostream text(line);
    for (auto [i, column] : llvm::enumerate(columns)) {
      bool isNumber = column == &Row::mflop || column == &Row::kib;
      text << ' '
           << (isNumber ? llvm::right_justify(row.*column, widths[i])
                        : llvm::left_justify(row.*column, widths[i]))
           << ' ';
    }
    os << StringRef(line).rtrim() << '\n';
  }
}
} // namespace

void ingot::explain(ModuleOp module, const Reasons &reasons, llvm::raw_ostream &os) {
  for (train::ProgramOp program : module.getOps<train::ProgramOp>()) {
    for (kernel::EntryOp entry : program.getOps<kernel::EntryOp>()) {
      os << entry.getSymName() << ", a batch of " << program.getBatch() << ":\n";
      print(rowsOf(entry, reasons), os);
      os << '\n';
    }
    os << "arena: " << program.getArena().value_or(0)
       << " bytes, of which state: " << program.getState().value_or(0) << " bytes\n";
  }
}
