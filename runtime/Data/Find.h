// Where data sets are looked for.

#ifndef INGOT_RUNTIME_DATA_FIND_H
#define INGOT_RUNTIME_DATA_FIND_H

#include <initializer_list>
#include <string>
#include <vector>

namespace ingot::runtime {

/// Where data sets may be: `dataFolder` (--data-dir) alone if it is not empty, or else $INGOT_DATA,
/// Keras's cache, ~/.cache/ingot, Debian's package; in each the folder itself and one in it that is
/// named as the data set.
std::vector<std::string> dataFolders(const std::string &dataFolder, const std::string &source);

/// The first folder that has one of the names, as a path; empty if none has.
std::string findIn(const std::vector<std::string> &folders,
                   std::initializer_list<std::string> names);

/// Advice at the end of an error about a data set's files.
std::string howToGet(const std::string &source);

/// Throws Error: what was looked for, where, and how to get it.
[[noreturn]] void failMissing(const std::string &source, const std::string &file,
                              const std::vector<std::string> &folders);

} // namespace ingot::runtime

#endif
