// Temporary file, fsync, rename, fsync of the folder.

#include "runtime/Checkpoint/AtomicFile.h"

#include "runtime/Core/Error.h"
#include "runtime/Core/WriteAll.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

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
  bool truncate() { return ftruncate(itsDescriptor, 0) == 0; }

  /// Waits until no other process has the lock. Disks that know no locks are used without.
  void lock() {
    while (flock(itsDescriptor, LOCK_EX) != 0 && errno == EINTR)
      ;
  }
  /// Whether the name still leads to this very file.
  bool is(const std::string &path) const {
    struct stat mine, there;
    return fstat(itsDescriptor, &mine) == 0 && stat(path.c_str(), &there) == 0 &&
           mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
  }

  /// False with errno set where not all can be written.
  bool write(std::span<const std::span<const std::byte>> parts) {
    return std::ranges::all_of(parts, [&](auto part) { return writeAll(itsDescriptor, part); });
  }

private:
  int itsDescriptor;
};

/// The file that will be renamed: one name for every writer, so that what a killed one left is used
/// by the next, and a lock on it while it is written. It disappears unless it was renamed.
class TemporaryFile {
public:
  explicit TemporaryFile(std::string path) : itsPath(std::move(path)) {
    do {
      itsFile.emplace(itsPath, O_WRONLY | O_CREAT | O_NOFOLLOW);
      if (!itsFile->isOpen())
        return;
      itsFile->lock();
      // Who had the lock has renamed or removed the file.
    } while (!itsFile->is(itsPath));
  }
  ~TemporaryFile() {
    if (itsFile->isOpen() && !itsRenamed)
      unlink(itsPath.c_str());
  }
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

  bool isOpen() const { return itsFile->isOpen(); }
  /// False with errno set, as rename.
  bool write(std::span<const std::span<const std::byte>> parts) {
    return itsFile->truncate() && itsFile->write(parts) && itsFile->sync();
  }
  bool rename(const std::string &to) {
    itsRenamed = ::rename(itsPath.c_str(), to.c_str()) == 0;
    return itsRenamed;
  }

private:
  std::string itsPath;
  std::optional<FileDescriptor> itsFile;
  bool itsRenamed = false;
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
    if (!device.isOpen() || !device.write(parts))
      fail(name, "write", errno);
    return;
  }
  TemporaryFile temporary(path + ".writing");
  if (!temporary.isOpen() || !temporary.write(parts))
    fail(name, "write", errno);
  if (exists && keep == KeepPrevious::Yes)
    keepPrevious(path, path + ".keeping");
  if (!temporary.rename(path))
    fail(name, "replace", errno);
  // A folder that cannot be synced (some network disks) still has the file.
  FileDescriptor folder(folderOf(path), O_RDONLY | O_DIRECTORY);
  if (folder.isOpen())
    folder.sync();
}

} // namespace ingot::runtime
