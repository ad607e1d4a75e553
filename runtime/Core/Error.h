// What the runtime throws when it cannot go on. The executable's command line catches it, prints
// `message` on stderr and exits with `exitCode`.

#ifndef INGOT_RUNTIME_CORE_ERROR_H
#define INGOT_RUNTIME_CORE_ERROR_H

#include <string>

namespace ingot::runtime {

/// The message says where, what and what to do; it has neither a prefix such as "error:" nor a
/// final newline.
struct Error {
  /// Bad data, a full disk, a failed check.
  static constexpr int failed = 1;
  /// Wrong usage: flags, paths that name nothing.
  static constexpr int usage = 2;
  /// Ctrl-C ended the run after a step. The message says how to go on and is printed as it stands.
  static constexpr int interrupted = 130;

  std::string message;
  int exitCode = failed;
};

} // namespace ingot::runtime

#endif
