// The command: random weights and samples, every entry, full and partial batches, a row a kernel.

#include "runtime/Train/Selfcheck.h"

#include "runtime/Checkpoint/Weights.h"
#include "runtime/Core/Error.h"
#include "runtime/Core/Initializers.h"
#include "runtime/Train/KernelCheck.h"
#include "runtime/Train/RandomSamples.h"
#include "runtime/Train/SampleOrder.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

/// What is known of a launch over all its checks.
struct Row {
  const IngotEntry *entry;
  const IngotLaunch *launch;
  KernelVerdict worst;
  int64_t validCount = 0; // at which the fault was seen
};

class Selfcheck {
public:
  Selfcheck(const IngotProgram &program, uint64_t seed)
      : itsProgram(program), itsSeed(seed), itsArena(program.arena_bytes), itsOrder(program.batch) {
    itsState.step = 3;
    itsState.epoch = 1;
    itsState.seed = seed;
    itsState.learning_rate = 0.01f;
  }

  void run();

private:
  void fillParameters();
  void checkEntry(const IngotEntry &entry, int64_t validCount);
  void note(const IngotEntry &entry, const IngotLaunch &launch, const KernelVerdict &verdict);
  void print() const;

  const IngotProgram &itsProgram;
  uint64_t itsSeed;
  Arena itsArena;
  IngotStepState itsState = {};
  std::vector<int32_t> itsOrder;
  std::vector<Row> itsRows;
};

} // namespace

/// No weight is zero, as first biases are: a kernel that forgets to add them must differ. What
/// optimizers and batch normalization keep is positive, as squares and variances are.
void Selfcheck::fillParameters() {
  for (const IngotParameter &parameter : parametersOf(itsProgram)) {
    std::vector<float> values = initialValues(parameter, itsSeed);
    RandomStream random(itsSeed, RandomPurpose::Selfcheck, parameter.stream);
    bool constant = parameter.initializer <= INGOT_INIT_CONSTANT;
    for (size_t i = 0; i < values.size(); ++i) {
      float unit = random.uniform(i);
      if (parameter.role != INGOT_TRAINABLE)
        values[i] = 0.5f + unit;
      else if (constant)
        values[i] += unit - 0.5f;
    }
    writeParameter(parameter, values, itsArena.data());
  }
}

void Selfcheck::note(const IngotEntry &entry, const IngotLaunch &launch,
                     const KernelVerdict &verdict) {
  auto row = std::find_if(itsRows.begin(), itsRows.end(),
                          [&](const Row &row) { return row.launch == &launch; });
  if (row == itsRows.end())
    row = itsRows.insert(row, {&entry, &launch, {}, 0});
  row->worst.error = std::max(row->worst.error, verdict.error);
  if (row->worst.fault.empty() && !verdict.fault.empty()) {
    row->worst.fault = verdict.fault;
    row->validCount = itsState.valid_count;
  }
}

void Selfcheck::checkEntry(const IngotEntry &entry, int64_t validCount) {
  itsState.valid_count = validCount;
  std::span<int32_t> rows = std::span(itsOrder).first(static_cast<size_t>(validCount));
  std::fill(itsOrder.begin(), itsOrder.end(), 0);
  orderShuffled(rows, itsSeed, validCount);
  Bindings bindings{itsArena.data(), &itsState, {nullptr, nullptr}, itsOrder.data()};
  std::vector<std::byte> samples[2];
  const int32_t arrays[2] = {entry.images, entry.labels};
  for (int i = 0; i < 2; ++i)
    if (arrays[i] >= 0) {
      samples[i] = randomSamples(itsProgram.arrays[arrays[i]], itsProgram.batch,
                                 RandomStream(itsSeed, RandomPurpose::Selfcheck, ~uint64_t(i)));
      bindings.samples[i] = samples[i].data();
    }
  fillParameters();
  KernelCheck check(itsProgram, bindings);
  for (const IngotLaunch &launch : std::span(entry.launches, entry.launch_count)) {
    if (launch.reference)
      note(entry, launch, check.check(launch));
    else
      check.pass(launch);
  }
}

void Selfcheck::print() const {
  size_t width = 6;
  for (const Row &row : itsRows)
    width = std::max(width, std::string_view(row.launch->name).size());
  fmt::print("{:<14} {:<{}} {:>9}\n", "step", "kernel", width, "error");
  for (const Row &row : itsRows)
    fmt::print("{:<14} {:<{}} {:>9.1e}{}{}\n", row.entry->name, row.launch->name, width,
               row.worst.error, row.worst.fault.empty() ? "" : "  ", row.worst.fault);
}

void Selfcheck::run() {
  // A full batch, an odd part of it, a single row.
  int64_t batch = itsProgram.batch;
  std::vector<int64_t> counts{batch, (batch * 2 / 3) | 1, 1};
  for (const IngotEntry &entry : std::span(itsProgram.entries, itsProgram.entry_count))
    for (size_t i = 0; i < counts.size(); ++i)
      if (counts[i] <= batch && std::find(counts.begin(), counts.begin() + static_cast<long>(i),
                                          counts[i]) == counts.begin() + static_cast<long>(i))
        checkEntry(entry, counts[i]);
  if (itsRows.empty())
    throw Error{
        fmt::format("this executable has no reference kernels to compare with; compile it with "
                    "'ingotc --with-reference {}'",
                    itsProgram.spec)};
  print();
  std::string faults;
  for (const Row &row : itsRows)
    if (!row.worst.fault.empty())
      faults +=
          fmt::format("\n  {}, {}: {} (rows {} of {}, error {:.1e})", row.entry->name,
                      row.launch->name, row.worst.fault, row.validCount, batch, row.worst.error);
  std::fflush(stdout);
  if (!faults.empty())
    throw Error{"selfcheck: kernels do not agree with their reference on this CPU:" + faults};
  fmt::print("selfcheck: {} kernels agree (tolerance {:.0e})\n", itsRows.size(),
             KernelCheck::tolerance);
}

void runSelfcheck(const IngotProgram &program, uint64_t seed) { Selfcheck(program, seed).run(); }

} // namespace ingot::runtime
