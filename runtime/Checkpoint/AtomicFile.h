// Writing a file so that at every moment its name leads to the old or to the new content, whole.

#ifndef INGOT_RUNTIME_CHECKPOINT_ATOMIC_FILE_H
#define INGOT_RUNTIME_CHECKPOINT_ATOMIC_FILE_H

#include <cstddef>
#include <span>
#include <string>

namespace ingot::runtime {

enum class KeepPrevious { No, Yes };

/// Writes the parts, one behind the other, to a temporary file in the same folder (PATH.writing),
/// syncs it, renames it to `path` and syncs the folder. With KeepPrevious::Yes what was at `path`
/// is afterwards at PATH.1. Symbolic links are followed; devices and pipes are written in place.
/// Where several processes write the same file, one waits for the other. Throws Error with the
/// system's reason; then the old content is still there.
void writeAtomically(const std::string &path, std::span<const std::span<const std::byte>> parts,
                     KeepPrevious keep);

} // namespace ingot::runtime

#endif
