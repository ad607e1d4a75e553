// Reads the affinity mask, control groups and the environment.

#include "runtime/Core/AvailableThreads.h"

#include "runtime/Core/Error.h"
#include "runtime/Core/Message.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <optional>
#include <sched.h>
#include <string_view>
#include <vector>

namespace ingot::runtime {

/// Beyond this many threads a request is taken for a slip of the keyboard.
static constexpr int mostThreads = 1024;

int affinityThreads() {
  // The kernel refuses a mask smaller than its own, so grow it for machines with many CPUs.
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    cpu_set_t *mask = CPU_ALLOC(cpus);
    size_t bytes = CPU_ALLOC_SIZE(cpus);
    bool known = sched_getaffinity(0, bytes, mask) == 0;
    int count = known ? CPU_COUNT_S(bytes, mask) : 0;
    CPU_FREE(mask);
    if (known)
      return std::max(count, 1);
    if (errno != EINVAL)
      break;
  }
  return 1;
}

/// The file's text, up to 64 KiB; nothing if it cannot be read.
static std::optional<std::string> readText(const std::string &path) {
  FILE *file = std::fopen(path.c_str(), "re");
  if (!file)
    return std::nullopt;
  std::string text(1 << 16, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

/// The number that begins `text`; nothing for "max", -1 and what is no number.
static std::optional<int64_t> positiveNumber(const char *text, char **end) {
  int64_t value = std::strtoll(text, end, 10);
  return *end != text && value > 0 ? std::optional(value) : std::nullopt;
}

static int wholeCpus(int64_t quota, int64_t period) {
  return static_cast<int>(std::clamp<int64_t>((quota - 1) / period + 1, 1, mostThreads));
}

/// Of one folder of version 2: "QUOTA PERIOD" or "max PERIOD".
static int quotaVersion2(const std::string &folder) {
  std::optional<std::string> text = readText(folder + "/cpu.max");
  if (!text)
    return 0;
  char *end;
  std::optional<int64_t> quota = positiveNumber(text->c_str(), &end);
  std::optional<int64_t> period = quota ? positiveNumber(end, &end) : std::nullopt;
  return period ? wholeCpus(*quota, *period) : 0;
}

static int quotaVersion1(const std::string &folder) {
  std::optional<std::string> quotaText = readText(folder + "/cpu.cfs_quota_us");
  std::optional<std::string> periodText = readText(folder + "/cpu.cfs_period_us");
  if (!quotaText || !periodText)
    return 0;
  char *end;
  std::optional<int64_t> quota = positiveNumber(quotaText->c_str(), &end);
  std::optional<int64_t> period = positiveNumber(periodText->c_str(), &end);
  return quota && period ? wholeCpus(*quota, *period) : 0;
}

/// The least limit of `group` below `root` and of all groups above it. A container often sees its
/// own group as the root while /proc still names it as the host does, so folders that are missing
/// are no limit.
static int leastQuota(const std::string &root, std::string group,
                      int (*quota)(const std::string &)) {
  int least = 0;
  for (;;) {
    if (int limit = quota(root + group); limit > 0)
      least = least ? std::min(least, limit) : limit;
    if (group.empty())
      return least;
    group.resize(group.find_last_of('/'));
  }
}

/// Whether the comma-separated list has "cpu".
static bool namesCpu(std::string_view controllers) {
  while (!controllers.empty()) {
    size_t comma = std::min(controllers.find(','), controllers.size());
    if (controllers.substr(0, comma) == "cpu")
      return true;
    controllers.remove_prefix(std::min(comma + 1, controllers.size()));
  }
  return false;
}

int cgroupThreads(const CgroupPaths &paths) {
  std::string membership = readText(paths.membership).value_or("0::/\n");
  int least = 0;
  auto consider = [&](int limit) {
    if (limit > 0)
      least = least ? std::min(least, limit) : limit;
  };
  // Each line is HIERARCHY:CONTROLLERS:PATH; version 2 has no controllers.
  std::string_view rest = membership;
  while (!rest.empty()) {
    size_t length = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, length);
    rest.remove_prefix(std::min(length + 1, rest.size()));
    size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos)
      continue;
    std::string_view controllers = line.substr(first + 1, second - first - 1);
    std::string group(line.substr(second + 1));
    if (group.empty() || group.front() != '/' || group == "/")
      group.clear();
    if (controllers.empty()) {
      consider(leastQuota(paths.root, group, quotaVersion2));
      consider(leastQuota(paths.root + "/unified", group, quotaVersion2));
    } else if (namesCpu(controllers)) {
      consider(leastQuota(paths.root + "/cpu", group, quotaVersion1));
    }
  }
  return least;
}

/// What OMP_NUM_THREADS says, if it is set to what OpenMP admits: a number, or a list with one for
/// each level of nesting, of which the first is ours.
static std::optional<int64_t> openMpThreads() {
  const char *text = std::getenv("OMP_NUM_THREADS");
  char *end = nullptr;
  std::optional<int64_t> wanted = text ? positiveNumber(text, &end) : std::nullopt;
  return wanted && (*end == '\0' || *end == ',') ? wanted : std::nullopt;
}

int availableThreads(const CgroupPaths &paths) {
  int threads = affinityThreads();
  if (int quota = cgroupThreads(paths); quota > 0)
    threads = std::min(threads, quota);
  if (std::optional<int64_t> wanted = openMpThreads())
    threads = static_cast<int>(std::min<int64_t>(threads, *wanted));
  return threads;
}

/// What is no number should not be taken for one that counts.
static void noteUnusableThreads() {
  const char *text = std::getenv("OMP_NUM_THREADS");
  if (text && *text && !openMpThreads())
    printMessage("note: OMP_NUM_THREADS={} is no number of threads; it is not used\n", text);
}

int chooseThreads(int requested, const CgroupPaths &paths) {
  if (requested == 0)
    noteUnusableThreads();
  int available = availableThreads(paths);
  if (requested == 0)
    return available;
  if (requested < 0 || requested > mostThreads)
    throw Error{
        fmt::format("--threads {}: a number from 1 to {} is needed; {} would fit this machine",
                    requested, mostThreads, available),
        Error::usage};
  if (requested > available)
    printMessage(
        "note: {} threads share {} CPU{} that this process may use; more threads than CPUs "
        "make training slower\n",
        requested, available, available == 1 ? "" : "s");
  return requested;
}

} // namespace ingot::runtime
