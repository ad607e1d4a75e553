// ingot-kernel-bench: checks contraction kernels against naive loops, and times them.
//   ingot-kernel-bench [--cpu NAME] [--time] [--print] PROBLEM | --list FILE
#include "compiler/Object/LowerToLLVM.h"
#include "test/codegen/KernelRun.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <limits>
#include <random>

using namespace ingot;
using namespace ingot::test;

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
/// What results hold before a kernel writes them: kernels that go wrong rather write NaN.
constexpr float untouched = -12345;
constexpr int64_t margin = 64; ///< floats around each buffer

/// A 64-byte aligned buffer, at first full of `fill`, as are its margins.
class Buffer {
public:
  explicit Buffer(int64_t size, float fill = untouched)
      : size(size), fill(fill), storage(size + 2 * margin + 16, fill) {
    auto address = reinterpret_cast<uintptr_t>(storage.data() + margin);
    start = margin + (64 - address % 64) % 64 / 4;
  }
  explicit Buffer(const Floats &values) : Buffer(int64_t(values.size()), nan) {
    std::copy(values.begin(), values.end(), data());
  }
  float *data() { return storage.data() + start; }
  bool marginsIntact() const {
    for (int64_t i = 0; i < int64_t(storage.size()); ++i)
      if ((i < start || i >= start + size) && storage[i] != fill)
        return false;
    return true;
  }
  int64_t size;

private:
  float fill;
  Floats storage;
  int64_t start;
};

Floats packFilter(const Floats &filter, const cpu::ConvProblem &c, int64_t block) {
  Floats packed(c.filterElements(block), 0.0f);
  for (int64_t tap = 0; tap < c.kH * c.kW * c.groupInC(); ++tap)
    for (int64_t oc = 0; oc < c.outC; ++oc)
      packed[(oc / block * c.kH * c.kW * c.groupInC() + tap) * block + oc % block] =
          filter[tap * c.outC + oc];
  return packed;
}

struct Data {
  Floats input, gradOutput, filter, bias, mask;

  Data(const KernelProblem &problem, bool integers, std::mt19937 &random) {
    const cpu::ConvProblem &c = problem.conv;
    std::uniform_int_distribution<int> whole(-3, 3);
    std::uniform_real_distribution<float> real(-1, 1);
    auto fill = [&](Floats &values, int64_t size, int64_t valid) {
      values.assign(size, nan);
      for (int64_t i = 0; i < valid; ++i)
        values[i] = integers ? float(whole(random)) : real(random);
    };
    fill(input, c.inputElements(), c.inputElements() / c.batch * problem.count);
    fill(gradOutput, c.outputElements(), c.outputElements() / c.batch * problem.count);
    fill(mask, c.inputElements(), c.inputElements() / c.batch * problem.count);
    fill(filter, c.kH * c.kW * c.groupInC() * c.outC, c.kH * c.kW * c.groupInC() * c.outC);
    fill(bias, c.outC, c.outC);
  }
};

class Checker {
public:
  Checker(const KernelProblem &problem, Kernels &kernels, unsigned seed)
      : problem(problem), kernels(kernels), random(seed) {}

  bool check(bool integers) {
    this->integers = integers;
    Data data(problem, integers, random);
    const cpu::ConvProblem &c = problem.conv;
    Floats packed = packFilter(data.filter, c, kernels.filterBlock);
    bool good = checkForward(data, packed) && checkGradInput(data, packed) && checkGradFilter(data);
    return good;
  }

private:
  void call(const Kernel &kernel, std::vector<Buffer *> buffers, int64_t begin, int64_t end) {
    std::vector<void *> table{const_cast<int64_t *>(&problem.count)};
    for (Buffer *buffer : buffers)
      table.push_back(buffer->data());
    kernel.run(table.data(), begin, end);
  }

  /// Runs the grid whole, and again in random pieces in random order: bits must be equal.
  bool runBoth(const char *name, const Kernel &kernel, std::vector<Buffer *> buffers) {
    Buffer *output = buffers.back();
    call(kernel, buffers, 0, kernel.grid);
    Buffer pieces(output->size);
    buffers.back() = &pieces;
    std::vector<std::pair<int64_t, int64_t>> ranges;
    for (int64_t begin = 0; begin < kernel.grid;) {
      int64_t end = std::min<int64_t>(kernel.grid, begin + 1 + random() % 5);
      ranges.push_back({begin, end});
      begin = end;
    }
    std::shuffle(ranges.begin(), ranges.end(), random);
    for (auto [begin, end] : ranges)
      call(kernel, buffers, begin, end);
    if (std::memcmp(output->data(), pieces.data(), output->size * 4) != 0)
      return fail(name, "a grid in pieces gives other bits than the whole grid");
    if (!output->marginsIntact() || !pieces.marginsIntact())
      return fail(name, "wrote outside its buffer");
    return true;
  }

  bool fail(const char *name, const std::string &what) {
    std::printf("FAILED %s: %s (%s data): %s\n", problem.text.c_str(), name,
                integers ? "integer" : "random", what.c_str());
    return false;
  }

  bool compare(const char *name, Floats::const_pointer actual, const Reference &expected,
               int64_t valid) {
    for (int64_t i = 0; i < int64_t(expected.size()); ++i) {
      if (i >= valid) {
        if (actual[i] != untouched)
          return fail(name, "wrote row beyond the count, element " + std::to_string(i));
        continue;
      }
      double allowed = integers ? 0 : 2e-6 * expected[i].magnitude + 1e-7;
      if (!(std::abs(actual[i] - expected[i].value) <= allowed))
        return fail(name, "element " + std::to_string(i) + " is " + std::to_string(actual[i]) +
                              ", expected " + std::to_string(expected[i].value));
    }
    return true;
  }

  bool checkForward(const Data &data, const Floats &packed) {
    const cpu::ConvProblem &c = problem.conv;
    Buffer input(data.input), filter(packed), bias(data.bias), output(c.outputElements());
    if (!runBoth("forward", kernels.forward, {&input, &filter, &bias, &output}))
      return false;
    Reference expected = referenceForward(problem, data.input, data.filter);
    for (int64_t i = 0; i < int64_t(expected.size()); ++i) {
      float b = data.bias[i % c.outC];
      expected[i].magnitude += std::abs(b);
      expected[i].value = std::max(expected[i].value + b, 0.0);
    }
    return compare("forward", output.data(), expected,
                   c.outputElements() / c.batch * problem.count);
  }

  bool checkGradInput(const Data &data, const Floats &packed) {
    const cpu::ConvProblem &c = problem.conv;
    const cpu::GradInputSchedule &schedule = kernels.gradInputSchedule;
    bool ofFilter = cpu::gradInputOperandIsFilter(schedule);
    Buffer filter(packed), gradOutput(data.gradOutput), mask(data.mask);
    Buffer operand(cpu::elementsOfGradInputOperand(c, schedule)), gradInput(c.inputElements());
    if (!runBoth("operand", kernels.operand, {ofFilter ? &filter : &gradOutput, &operand}) ||
        !runBoth("grad_input", kernels.gradInput,
                 {ofFilter ? &gradOutput : &filter, &operand, &mask, &gradInput}))
      return false;
    Reference expected = referenceGradInput(problem, data.gradOutput, data.filter);
    for (int64_t i = 0; i < int64_t(expected.size()); ++i)
      if (!(data.mask[i] > 0))
        expected[i].value = 0;
    return compare("grad_input", gradInput.data(), expected,
                   c.inputElements() / c.batch * problem.count);
  }

  bool checkGradFilter(const Data &data) {
    const cpu::ConvProblem &c = problem.conv;
    Buffer input(data.input), gradOutput(data.gradOutput);
    Buffer gradFilter(c.parts() * c.filterElements(kernels.filterBlock));
    if (!runBoth("grad_filter", kernels.gradFilter, {&input, &gradOutput, &gradFilter}))
      return false;
    int64_t block = kernels.filterBlock, taps = c.kH * c.kW * c.groupInC();
    Reference plain = referenceGradFilter(problem, data.input, data.gradOutput);
    Reference expected(c.parts() * c.filterElements(block));
    for (int64_t part = 0; part < c.parts(); ++part)
      for (int64_t tap = 0; tap < taps; ++tap)
        for (int64_t oc = 0; oc < c.outC; ++oc)
          expected[((oc / block * c.parts() + part) * taps + tap) * block + oc % block] =
              plain[(part * taps + tap) * c.outC + oc];
    return compare("grad_filter", gradFilter.data(), expected, expected.size());
  }

  const KernelProblem &problem;
  Kernels &kernels;
  std::mt19937 random;
  bool integers = false;
};

/// The thread's time on its processor, so that other programs on the machine count little.
double threadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

double seconds(llvm::function_ref<void()> run) {
  double start = threadSeconds();
  run();
  return threadSeconds() - start;
}

/// The least time of many short runs, in seconds.
double leastTime(llvm::function_ref<void()> run) {
  double least = 1, total = 0;
  for (int i = 0; i < 2000 && total < 0.2; ++i) {
    double time = seconds(run);
    total += time;
    least = std::min(least, time);
  }
  return least;
}

/// The processor's rate of vector FMAs in FLOP/s: twelve chains, one register operand each.
#define INGOT_CHAINS(R)                                                                            \
  "vfmadd231ps %%" R "0, %%" R "0, %%" R "2\n vfmadd231ps %%" R "0, %%" R "0, %%" R "3\n"          \
  "vfmadd231ps %%" R "0, %%" R "0, %%" R "4\n vfmadd231ps %%" R "0, %%" R "0, %%" R "5\n"          \
  "vfmadd231ps %%" R "0, %%" R "0, %%" R "6\n vfmadd231ps %%" R "0, %%" R "0, %%" R "7\n"          \
  "vfmadd231ps %%" R "0, %%" R "0, %%" R "8\n vfmadd231ps %%" R "0, %%" R "0, %%" R "9\n"          \
  "vfmadd231ps %%" R "0, %%" R "0, %%" R "10\n vfmadd231ps %%" R "0, %%" R "0, %%" R "11\n"
#define INGOT_CLOBBERS                                                                             \
  "xmm0", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11"

double fmaPeak(bool wide) {
  constexpr int rounds = 20000;
  auto work = [&] {
    asm volatile("vzeroall" ::: INGOT_CLOBBERS, "xmm1");
    for (int i = 0; i < rounds; ++i)
      if (wide)
        asm volatile(INGOT_CHAINS("zmm")::: INGOT_CLOBBERS);
      else
        asm volatile(INGOT_CHAINS("ymm")::: INGOT_CLOBBERS);
    asm volatile("vzeroupper" ::: INGOT_CLOBBERS, "xmm1");
  };
  return rounds * 10.0 * (wide ? 16 : 8) * 2 / leastTime(work);
}

void timeKernels(const KernelProblem &problem, Kernels &kernels) {
  const cpu::ConvProblem &c = problem.conv;
  const char *known = std::getenv("INGOT_FMA_PEAK");
  double peak = known ? std::atof(known) * 1e9 : 0;
  std::mt19937 random(1);
  Data data(problem, false, random);
  Buffer input(data.input), gradOutput(data.gradOutput), bias(data.bias), mask(data.mask);
  Buffer filter(packFilter(data.filter, c, kernels.filterBlock));
  Buffer output(c.outputElements()), gradInput(c.inputElements()),
      gradFilter(c.parts() * filter.size);
  Buffer operand(cpu::elementsOfGradInputOperand(c, kernels.gradInputSchedule));
  bool ofFilter = cpu::gradInputOperandIsFilter(kernels.gradInputSchedule);
  Buffer &source = ofFilter ? filter : gradOutput, &other = ofFilter ? gradOutput : filter;
  auto report = [&](const char *name, const Kernel &kernel, std::vector<Buffer *> buffers,
                    bool counts) {
    std::vector<void *> table{const_cast<int64_t *>(&problem.count)};
    for (Buffer *buffer : buffers)
      table.push_back(buffer->data());
    double time = leastTime([&] { kernel.run(table.data(), 0, kernel.grid); });
    double rate = double(c.flops()) * problem.count / c.batch / time;
    std::printf("  %-12s %8.1f us", name, time * 1e6);
    if (counts)
      std::printf(" %6.1f GFLOP/s", rate / 1e9);
    else
      std::printf("               ");
    if (counts && peak > 0)
      std::printf(" %5.1f%%", 100 * rate / peak);
    std::printf("  lower %4.1f ms, LLVM %5.1f ms, grid %lld, %s\n", kernel.lowerSeconds * 1e3,
                kernel.compileSeconds * 1e3, static_cast<long long>(kernel.grid),
                kernel.schedule.c_str());
  };
  report("forward", kernels.forward, {&input, &filter, &bias, &output}, true);
  report("operand", kernels.operand, {&source, &operand}, false);
  report("grad_input", kernels.gradInput, {&other, &operand, &mask, &gradInput}, true);
  report("grad_filter", kernels.gradFilter, {&input, &gradOutput, &gradFilter}, true);
}

int usage() {
  std::fprintf(stderr, "usage: ingot-kernel-bench [--cpu NAME] [--time] [--no-check] [--print] "
                       "PROBLEM... | --list FILE\n");
  return 2;
}

struct Options {
  std::string cpu = "native";
  bool time = false, print = false, check = true;
  std::vector<std::string> problems;
};

bool parseOptions(int argc, char **argv, Options &options) {
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--time")
      options.time = true;
    else if (argument == "--print")
      options.print = true;
    else if (argument == "--no-check")
      options.check = false;
    else if (argument == "--cpu" && i + 1 < argc)
      options.cpu = argv[++i];
    else if (argument == "--list" && i + 1 < argc) {
      std::ifstream file(argv[++i]);
      for (std::string line; std::getline(file, line);)
        if (!line.empty() && line[0] != '#')
          options.problems.push_back(line);
    } else if (argument[0] == '-')
      return false;
    else
      options.problems.push_back(argument);
  }
  return !options.problems.empty();
}

bool runProblem(mlir::MLIRContext &context, const std::string &text, const object::Target &target,
                const Options &options) {
  std::optional<KernelProblem> problem = parseProblem(text);
  if (!problem) {
    std::printf("FAILED: not a problem: %s\n", text.c_str());
    return false;
  }
  std::unique_ptr<Kernels> kernels = compileProblem(context, *problem, target, options.print);
  if (!kernels)
    return false;
  Checker checker(*problem, *kernels, 7);
  bool good = !options.check || (checker.check(true) && checker.check(false));
  if (options.time) {
    std::printf("%s\n", text.c_str());
    timeKernels(*problem, *kernels);
  }
  return good;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  if (!parseOptions(argc, argv, options))
    return usage();
  std::string error;
  auto target = object::resolveTarget(options.cpu, error);
  if (mlir::failed(target) || !cpu::machineHasKernels(target->features)) {
    std::fprintf(stderr, "ingot-kernel-bench: %s\n",
                 error.empty() ? "needs AVX2 and FMA" : error.c_str());
    return 2;
  }
  if (options.time && !std::getenv("INGOT_FMA_PEAK")) {
    bool wide = target->features.find("+avx512f") != std::string::npos;
    std::string peak = std::to_string(fmaPeak(wide) / 1e9);
    setenv("INGOT_FMA_PEAK", peak.c_str(), 0);
    std::printf("FMA peak %s GFLOP/s\n", peak.c_str());
  }
  mlir::MLIRContext context;
  object::registerTranslations(context);
  int failures = 0;
  for (const std::string &problem : options.problems)
    failures += !runProblem(context, problem, *target, options);
  std::printf("%d of %zu problems failed\n", failures, options.problems.size());
  return failures ? 1 : 0;
}
