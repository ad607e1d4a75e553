// Work that may crash.

#ifndef INGOT_RUNTIME_KERAS_OWN_PROCESS_H
#define INGOT_RUNTIME_KERAS_OWN_PROCESS_H

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace ingot::runtime {

/// What `work` gives, carried out in a process of its own: a library that a damaged file brings
/// down, or keeps busy for ever, brings down that one alone. Throws the Error that `work` throws,
/// and `crashed` where the process died or used more than half a minute. Where no process can be
/// made, the work is done in this one.
std::vector<std::byte> inOwnProcess(const std::function<std::vector<std::byte>()> &work,
                                    const std::string &crashed);

} // namespace ingot::runtime

#endif
