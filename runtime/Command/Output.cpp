// Writing to standard output.

#include "runtime/Command/Output.h"

#include "runtime/Core/Error.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ingot::runtime {

[[noreturn]] static void failOut() {
  throw Error{fmt::format("cannot write to standard output: {}", strerror(errno))};
}

void writeOut(const std::string &text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    failOut();
}

void finishOut() {
  if (std::fflush(stdout) != 0)
    failOut();
  if (std::ferror(stdout))
    throw Error{"cannot write to standard output"};
}

bool onTerminal() { return isatty(STDOUT_FILENO) != 0; }

int terminalColumns() {
  if (const char *given = std::getenv("COLUMNS")) {
    int columns = 0;
    std::from_chars(given, given + std::strlen(given), columns);
    if (columns > 0 && columns < 10000)
      return columns;
  }
  struct winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

void checkWritable(const std::string &path, const char *flag) {
  auto fail = [&](const char *why) {
    return Error{fmt::format("{}: cannot be written: {} ({})", path, why, flag)};
  };
  struct stat status;
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode))
      throw fail("it is a folder");
    if (access(path.c_str(), W_OK) != 0)
      throw fail(strerror(errno));
    if (!S_ISREG(status.st_mode))
      return;
  }
  // Files are replaced by new ones, so what counts is the folder.
  // A nameless file, where the disk has such, leaves nothing behind when the process is killed.
  size_t slash = path.find_last_of('/');
  std::string folder = slash == path.npos ? "." : path.substr(0, slash + 1);
  int file = open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) {
    close(file);
    return;
  }
  std::string probe = path + ".XXXXXX";
  file = mkstemp(probe.data());
  if (file < 0)
    throw fail(strerror(errno));
  close(file);
  unlink(probe.c_str());
}

} // namespace ingot::runtime
