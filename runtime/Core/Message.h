// Notes, warnings and errors.

#ifndef INGOT_RUNTIME_CORE_MESSAGE_H
#define INGOT_RUNTIME_CORE_MESSAGE_H

#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <utility>

namespace ingot::runtime {

/// Writes to standard error. Where that is closed or full the run goes on without the message.
template <typename... Values>
void printMessage(fmt::format_string<Values...> format, Values &&...values) {
  std::string text = fmt::format(format, std::forward<Values>(values)...);
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

} // namespace ingot::runtime

#endif
