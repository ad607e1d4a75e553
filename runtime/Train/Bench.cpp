// The command: peak, kernels, step, epoch.

#include "runtime/Train/Bench.h"

#include "runtime/Core/Error.h"
#include "runtime/Device/PeakMeter.h"
#include "runtime/Train/Interrupt.h"
#include "runtime/Train/RandomSamples.h"
#include "runtime/Train/SampleOrder.h"
#include "runtime/Train/SessionParts.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::runtime {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Measurements {
  Peak peak;
  std::vector<double> kernels; // seconds of each launch on one thread, median of several steps
  double stepOneThread = 0;    // seconds of a whole step on one thread, median
  double step = 0;             // on all threads, median
  double stepMean = 0;         // the same, mean
  int64_t epochSamples = 0;    // 0: no data set
  int64_t epochSteps = 0;
  double epoch = 0;            // seconds of all training steps of an epoch, shuffled
  int64_t evaluationSteps = 0; // 0: none
  double evaluation = 0;
};

class Bench {
public:
  explicit Bench(Session &session)
      : itsSession(session), itsParts(session.parts()), itsProgram(session.program()),
        itsEntry(trainEntry(itsProgram)), itsBatch(batchOf(itsParts)) {}

  void run(const BenchOptions &options);

private:
  static const IngotEntry &trainEntry(const IngotProgram &program);
  static int64_t batchOf(const Session::Parts &parts);
  bool hasSamples(const IngotEntry &entry) const;
  void makeSamples();
  std::span<const int32_t> nextRows();
  void measureKernels(StepRunner &runner);
  void measureSteps(StepRunner &runner);
  void measureEpoch(StepRunner &runner);
  void measureEvaluation();
  void print() const;
  void printJson() const;

  Session &itsSession;
  Session::Parts &itsParts;
  const IngotProgram &itsProgram;
  const IngotEntry &itsEntry;
  int64_t itsBatch;
  std::vector<std::byte> itsRandom[2]; // samples, where the session has none
  std::vector<int32_t> itsOrder;
  size_t itsNext = 0;
  Measurements itsResult;
};

} // namespace

const IngotEntry &Bench::trainEntry(const IngotProgram &program) {
  for (const IngotEntry &entry : std::span(program.entries, program.entry_count))
    if (entry.kind == INGOT_TRAIN_STEP)
      return entry;
  throw Error{
      fmt::format("{} trains nothing, so there is no training step to measure", program.spec)};
}

int64_t Bench::batchOf(const Session::Parts &parts) {
  return parts.batch(parts.program.fit_count ? parts.program.fits[0].batch : parts.program.batch);
}

bool Bench::hasSamples(const IngotEntry &entry) const {
  return itsParts.arrays[entry.images].data &&
         (entry.labels < 0 || itsParts.arrays[entry.labels].data);
}

/// Gives the training arrays random samples, enough that they do not stay in the caches.
void Bench::makeSamples() {
  const int64_t count = 64 * int64_t(itsProgram.batch);
  const int32_t arrays[2] = {itsEntry.images, itsEntry.labels};
  for (int i = 0; i < 2; ++i)
    if (arrays[i] >= 0) {
      RandomStream random(itsParts.options.seed, RandomPurpose::Bench, static_cast<uint64_t>(i));
      itsRandom[i] = randomSamples(itsProgram.arrays[arrays[i]], count, random);
      itsParts.arrays[arrays[i]] = {itsRandom[i].data(), count};
    }
}

/// The next full batch of the shuffled samples; the whole, where there is not even one.
std::span<const int32_t> Bench::nextRows() {
  size_t batch = std::min(static_cast<size_t>(itsBatch), itsOrder.size());
  if (itsNext + batch > itsOrder.size())
    itsNext = 0;
  itsNext += batch;
  return std::span(itsOrder).subspan(itsNext - batch, batch);
}

/// Kernels in the order of the step, so that each finds its data where it does in training.
void Bench::measureKernels(StepRunner &runner) {
  constexpr size_t leastSteps = 5, mostSteps = 200;
  constexpr double enough = 1.0;
  std::vector<std::vector<double>> times(itsEntry.launch_count);
  std::vector<double> steps, seconds(itsEntry.launch_count);
  Clock::time_point start = Clock::now();
  for (size_t step = 0; step < leastSteps || (step < mostSteps && secondsSince(start) < enough);
       ++step) {
    std::fill(seconds.begin(), seconds.end(), 0.0);
    runner.runTimed(nextRows(), seconds);
    if (step == 0) // caches and branch predictors are cold
      continue;
    double sum = 0;
    for (size_t launch = 0; launch < seconds.size(); ++launch) {
      times[launch].push_back(seconds[launch]);
      sum += seconds[launch];
    }
    steps.push_back(sum);
  }
  for (const std::vector<double> &one : times)
    itsResult.kernels.push_back(median(one));
  itsResult.stepOneThread = median(steps);
}

void Bench::measureSteps(StepRunner &runner) {
  constexpr size_t leastSteps = 5;
  constexpr double enough = 1.0;
  runner.run(nextRows());
  std::vector<double> times;
  Clock::time_point start = Clock::now(), before = start;
  while (times.size() < leastSteps || secondsSince(start) < enough) {
    runner.run(nextRows());
    Clock::time_point after = Clock::now();
    times.push_back(std::chrono::duration<double>(after - before).count());
    before = after;
  }
  itsResult.stepMean = secondsSince(start) / static_cast<double>(times.size());
  itsResult.step = median(std::move(times));
}

void Bench::measureEpoch(StepRunner &runner) {
  std::span<const int32_t> order = itsOrder;
  Clock::time_point start = Clock::now();
  orderShuffled(itsOrder, itsParts.options.seed, 0);
  for (size_t first = 0; first < order.size(); first += static_cast<size_t>(itsBatch)) {
    runner.run(order.subspan(first, std::min(static_cast<size_t>(itsBatch), order.size() - first)));
    if (interruptRequested())
      throw Error{"interrupted", Error::interrupted};
    ++itsResult.epochSteps;
  }
  itsResult.epoch = secondsSince(start);
  itsResult.epochSamples = static_cast<int64_t>(order.size());
}

void Bench::measureEvaluation() {
  if (itsProgram.fit_count == 0 || itsProgram.fits[0].validation_entry < 0)
    return;
  const IngotFit &fit = itsProgram.fits[0];
  const IngotEntry &entry = itsParts.entry(fit.validation_entry, INGOT_EVALUATE_STEP);
  if (!hasSamples(entry))
    return;
  int64_t batch = itsParts.batch(fit.validation_batch);
  Clock::time_point start = Clock::now();
  itsSession.evaluate({fit.validation_entry, 0, batch}, nullptr);
  itsResult.evaluation = secondsSince(start);
  itsResult.evaluationSteps = (itsParts.sampleCount(entry) + batch - 1) / batch;
}

void Bench::run(const BenchOptions &options) {
  bool real = hasSamples(itsEntry);
  if (!real)
    makeSamples();
  itsResult.peak = measurePeak();
  StepRunner runner = itsParts.runner(itsEntry);
  itsOrder.resize(static_cast<size_t>(itsParts.sampleCount(itsEntry)));
  orderShuffled(itsOrder, itsParts.options.seed, 0);
  measureKernels(runner);
  measureSteps(runner);
  if (real) {
    measureEpoch(runner);
    measureEvaluation();
  }
  options.json ? printJson() : print();
}

static double perSecond(uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

static uint64_t stepFlops(const IngotEntry &entry) {
  uint64_t flops = 0;
  for (const IngotLaunch &launch : std::span(entry.launches, entry.launch_count))
    flops += launch.flops;
  return flops;
}

void Bench::print() const {
  const Measurements &m = itsResult;
  size_t width = 6;
  for (const IngotLaunch &launch : std::span(itsEntry.launches, itsEntry.launch_count))
    width = std::max(width, std::string_view(launch.name).size());
  fmt::print("{} for {}, batch {}\n", itsProgram.spec, itsProgram.target_cpu, itsBatch);
  fmt::print("peak of one thread: {:.1f} GFLOP/s ({} multiply-adds, measured)\n\n",
             m.peak.flopsPerSecond * 1e-9, m.peak.vectors);
  fmt::print("{:<{}} {:>9} {:>6} {:>9} {:>8} {:>7}  {}\n", "kernel", width, "us", "share",
             "GFLOP/s", "of peak", "GB/s", "schedule");
  for (size_t i = 0; i < m.kernels.size(); ++i) {
    const IngotLaunch &launch = itsEntry.launches[i];
    double rate = perSecond(launch.flops, m.kernels[i]);
    fmt::print("{:<{}} {:>9.1f} {:>5.1f}% {:>9.2f} {:>7.1f}% {:>7.2f}  {}\n", launch.name, width,
               m.kernels[i] * 1e6, 100 * m.kernels[i] / m.stepOneThread, rate * 1e-9,
               100 * rate / m.peak.flopsPerSecond, perSecond(launch.bytes, m.kernels[i]) * 1e-9,
               launch.schedule ? launch.schedule : "");
  }
  double rate = perSecond(stepFlops(itsEntry), m.step);
  std::string threads =
      fmt::format("step, {} thread{}:", itsSession.threads(), itsSession.threads() == 1 ? "" : "s");
  fmt::print("\n{:<18}{:>9.1f} us, a launch at a time\n", "step, 1 thread:", m.stepOneThread * 1e6);
  fmt::print("{:<18}{:>9.1f} us (mean {:.1f}), {:.2f} times as fast, {:.1f} GFLOP/s, {:.1f}% of "
             "peak\n",
             threads, m.step * 1e6, m.stepMean * 1e6, m.stepOneThread / m.step, rate * 1e-9,
             100 * rate / (m.peak.flopsPerSecond * itsSession.threads()));
  if (m.epochSamples)
    fmt::print("epoch:            {:>9.3f} s ({} steps, {} samples)\n", m.epoch, m.epochSteps,
               m.epochSamples);
  if (m.evaluationSteps)
    fmt::print("evaluation:       {:>9.3f} s ({} steps)\n", m.evaluation, m.evaluationSteps);
}

void Bench::printJson() const {
  using Json = nlohmann::ordered_json;
  const Measurements &m = itsResult;
  Json kernels = Json::array();
  for (size_t i = 0; i < m.kernels.size(); ++i) {
    const IngotLaunch &launch = itsEntry.launches[i];
    double rate = perSecond(launch.flops, m.kernels[i]);
    kernels.push_back({{"name", launch.name},
                       {"schedule", launch.schedule ? launch.schedule : ""},
                       {"seconds", m.kernels[i]},
                       {"flops", launch.flops},
                       {"bytes", launch.bytes},
                       {"gflops_per_second", rate * 1e-9},
                       {"percent_of_peak", 100 * rate / m.peak.flopsPerSecond},
                       {"gigabytes_per_second", perSecond(launch.bytes, m.kernels[i]) * 1e-9}});
  }
  Json json = {
      {"spec", itsProgram.spec},
      {"target_cpu", itsProgram.target_cpu},
      {"schedule_hash", itsProgram.schedule_hash},
      {"batch", itsBatch},
      {"threads", itsSession.threads()},
      {"peak", {{"gflops_per_second", m.peak.flopsPerSecond * 1e-9}, {"vectors", m.peak.vectors}}},
      {"kernels", kernels},
      {"step",
       {{"seconds", m.step},
        {"seconds_mean", m.stepMean},
        {"seconds_one_thread", m.stepOneThread},
        {"flops", stepFlops(itsEntry)},
        {"gflops_per_second", perSecond(stepFlops(itsEntry), m.step) * 1e-9}}}};
  if (m.epochSamples)
    json["epoch"] = {{"seconds", m.epoch}, {"steps", m.epochSteps}, {"samples", m.epochSamples}};
  if (m.evaluationSteps)
    json["evaluation"] = {{"seconds", m.evaluation}, {"steps", m.evaluationSteps}};
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void runBench(Session &session, const BenchOptions &options) { Bench(session).run(options); }

} // namespace ingot::runtime
