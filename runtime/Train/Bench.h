// The executable's `bench`: how fast each kernel, the step and an epoch are on this machine.

#ifndef INGOT_RUNTIME_TRAIN_BENCH_H
#define INGOT_RUNTIME_TRAIN_BENCH_H

namespace ingot::runtime {

class Session;

struct BenchOptions {
  bool json = false; // one JSON object on stdout instead of the table
};

/// Measures this CPU's FMA peak, every launch of the training step on one thread, the step on all
/// threads, and an epoch of the program's first fit on the samples that the session has; without
/// samples, random ones and no epoch. Prints on stdout. The session's weights are trained
/// meanwhile.
void runBench(Session &session, const BenchOptions &options);

} // namespace ingot::runtime

#endif
