// How many threads this process may sensibly use.

#ifndef INGOT_RUNTIME_CORE_AVAILABLE_THREADS_H
#define INGOT_RUNTIME_CORE_AVAILABLE_THREADS_H

#include <string>

namespace ingot::runtime {

/// Where the limits of control groups are found. Tests give a tree of their own.
struct CgroupPaths {
  std::string root = "/sys/fs/cgroup";
  /// Names the group of this process.
  std::string membership = "/proc/self/cgroup";
};

/// CPUs in the affinity mask, at least 1.
int affinityThreads();

/// The CPU quota of this process's control group and those above it, rounded up to whole CPUs:
/// version 2's cpu.max, version 1's cpu.cfs_quota_us over cpu.cfs_period_us. 0 where there is no
/// limit, or none that can be read.
int cgroupThreads(const CgroupPaths &paths);

/// The least of the affinity mask, the quota, and $OMP_NUM_THREADS if that is a positive number.
int availableThreads(const CgroupPaths &paths = {});

/// Threads for a run of which --threads says `requested` (0: nothing): what is available, or what
/// was asked for, with a notice on stderr where that is more. Throws Error::usage where it is
/// absurd.
int chooseThreads(int requested, const CgroupPaths &paths = {});

} // namespace ingot::runtime

#endif
