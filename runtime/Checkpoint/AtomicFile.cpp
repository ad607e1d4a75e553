// Temporary file, fsync, rename, fsync of the folder.

#include "runtime/Checkpoint/AtomicFile.h"

#include "runtime/Core/Error.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ingot::runtime {

namespace {

[[noreturn]] void fail(const std::string &path, const char *what, int reason) {
  const char *advice = "";
  if (reason == ENOSPC || reason == EDQUOT)
    advice = "; free some space, or name a file on another disk";
  else if (reason == EACCES || reason == EROFS || reason == EPERM)
    advice = "; name a file in a folder that you may write to";
  else if (reason == ENOENT)
    advice = "; its folder must exist";
  throw Error{fmt::format("cannot {} '{}': {}{}", what, path, std::strerror(reason), advice)};
}

class FileDescriptor {
public:
  FileDescriptor(const std::string &path, int flags)
      : itsDescriptor(open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~FileDescriptor() {
    if (itsDescriptor >= 0)
      close(itsDescriptor);
  }
  FileDescriptor(const FileDescriptor &) = delete;
  FileDescriptor &operator=(const FileDescriptor &) = delete;

  bool isOpen() const { return itsDescriptor >= 0; }
  bool sync() { return fsync(itsDescriptor) == 0; }

  /// False with errno set where not all can be written.
  bool write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      ssize_t written = ::write(itsDescriptor, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return false;
      bytes = bytes.subspan(static_cast<size_t>(written));
    }
    return true;
  }

private:
  int itsDescriptor;
};

/// A file that disappears unless it was renamed.
struct TemporaryName {
  std::string path;
  ~TemporaryName() {
    if (!path.empty())
      unlink(path.c_str());
  }
};

/// Where a symbolic link leads; `path` itself where there is nothing yet.
std::string target(const std::string &path) {
  char *resolved = realpath(path.c_str(), nullptr);
  if (!resolved)
    return path;
  std::string result = resolved;
  std::free(resolved);
  return result;
}

std::string folderOf(const std::string &path) {
  size_t slash = path.find_last_of('/');
  return slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

bool writeAll(FileDescriptor &file, std::span<const std::span<const std::byte>> parts) {
  for (std::span<const std::byte> part : parts)
    if (!file.write(part))
      return false;
  return true;
}

/// A second link, so that `path` is never without a file; a rename where the disk has no links.
void keepPrevious(const std::string &path, const std::string &temporary) {
  std::string previous = path + ".1";
  unlink(temporary.c_str());
  if (link(path.c_str(), temporary.c_str()) == 0)
    rename(temporary.c_str(), previous.c_str());
  else if (errno != ENOENT)
    rename(path.c_str(), previous.c_str());
}

} // namespace

void writeAtomically(const std::string &name, std::span<const std::span<const std::byte>> parts,
                     KeepPrevious keep) {
  std::string path = target(name);
  struct stat status;
  bool exists = stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode))
    fail(name, "write", EISDIR);
  if (exists && !S_ISREG(status.st_mode)) {
    FileDescriptor device(path, O_WRONLY);
    if (!device.isOpen() || !writeAll(device, parts))
      fail(name, "write", errno);
    return;
  }
  TemporaryName temporary{fmt::format("{}.tmp-{}", path, getpid())};
  {
    FileDescriptor file(temporary.path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.isOpen()) {
      int reason = errno;
      temporary.path.clear();
      fail(name, "write", reason);
    }
    if (!writeAll(file, parts) || !file.sync())
      fail(name, "write", errno);
  }
  if (exists && keep == KeepPrevious::Yes)
    keepPrevious(path, temporary.path + "-1");
  if (rename(temporary.path.c_str(), path.c_str()) != 0)
    fail(name, "replace", errno);
  temporary.path.clear();
  // A folder that cannot be synced (some network disks) still has the file.
  FileDescriptor folder(folderOf(path), O_RDONLY | O_DIRECTORY);
  if (folder.isOpen())
    folder.sync();
}

} // namespace ingot::runtime
