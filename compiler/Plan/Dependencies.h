// Which launches must wait for which, from the bytes that they read and write: plain numbers, no
// IR.

#ifndef INGOT_COMPILER_PLAN_DEPENDENCIES_H
#define INGOT_COMPILER_PLAN_DEPENDENCIES_H

#include <cstdint>
#include <vector>

namespace ingot::plan {

/// The bytes [begin, end) of the arena that a launch reads or writes.
struct Access {
  int64_t begin, end;
  bool written;
};

/// True if two launches with these accesses may not run at once: they share bytes that one of them
/// writes.
bool isConflict(const std::vector<Access> &a, const std::vector<Access> &b);

/// For each launch the earlier launches that must be complete before it starts, in increasing
/// order: every pair in conflict (read after write, write after read, write after write) is ordered
/// directly or through others, and none of the named is implied by the rest.
std::vector<std::vector<int64_t>> dependencies(const std::vector<std::vector<Access>> &launches);

} // namespace ingot::plan

#endif
