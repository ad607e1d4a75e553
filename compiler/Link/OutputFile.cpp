// Writing through a temporary file.

#include "compiler/Link/OutputFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace ingot::link;

static Error cannotWrite(StringRef path, std::error_code code) {
  return createStringError(code, "cannot write " + Twine(path) + ": " + code.message());
}

Expected<OutputFile> OutputFile::create(StringRef path) {
  if (sys::fs::is_directory(path))
    return cannotWrite(path, std::make_error_code(std::errc::is_a_directory));
  // A device or a pipe would be replaced by a file.
  if (sys::fs::exists(path) && !sys::fs::is_regular_file(path))
    return createStringError("cannot write " + Twine(path) + ": it is not a regular file");
  SmallString<128> model(sys::path::parent_path(path));
  sys::path::append(model, "." + sys::path::filename(path) + ".%%%%%%%%");
  SmallString<128> temporary;
  if (std::error_code code = sys::fs::createUniqueFile(model, temporary))
    return cannotWrite(path, code);
  sys::RemoveFileOnSignal(temporary);
  return OutputFile(path, temporary);
}

OutputFile::OutputFile(OutputFile &&other)
    : path(other.path), temporary(std::move(other.temporary)) {
  other.temporary.clear();
}

OutputFile::~OutputFile() {
  if (temporary.empty())
    return;
  sys::fs::remove(temporary);
  sys::DontRemoveFileOnSignal(temporary);
}

Error OutputFile::write(StringRef bytes) {
  std::error_code code;
  raw_fd_ostream stream(temporary, code);
  if (!code) {
    stream << bytes;
    stream.close();
    code = stream.error();
    stream.clear_error();
  }
  return code ? cannotWrite(path, code) : Error::success();
}

Error OutputFile::keep() {
  if (std::error_code code = sys::fs::rename(temporary, path))
    return cannotWrite(path, code);
  sys::DontRemoveFileOnSignal(temporary);
  temporary.clear();
  return Error::success();
}
