// For messages about names that do not exist.

#ifndef INGOT_RUNTIME_COMMAND_NEAREST_NAME_H
#define INGOT_RUNTIME_COMMAND_NEAREST_NAME_H

#include <span>
#include <string>

namespace ingot::runtime {

/// The name with the fewest letters changed, added, dropped or swapped with their neighbour; empty
/// where none is near.
std::string nearestName(const std::string &name, std::span<const std::string> names);

} // namespace ingot::runtime

#endif
