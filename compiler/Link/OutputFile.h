// A file that appears whole or not at all.

#ifndef INGOT_COMPILER_LINK_OUTPUTFILE_H
#define INGOT_COMPILER_LINK_OUTPUTFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace ingot::link {

/// A temporary file beside `path`, which keep() renames to it; else it is removed, also when a
/// signal ends the process. Errors name the path.
class OutputFile {
public:
  static llvm::Expected<OutputFile> create(llvm::StringRef path);
  OutputFile(OutputFile &&other);
  ~OutputFile();

  llvm::StringRef temporaryPath() const { return temporary; }
  llvm::Error write(llvm::StringRef bytes);
  llvm::Error keep();

private:
  OutputFile(llvm::StringRef path, llvm::StringRef temporary) : path(path), temporary(temporary) {}

  std::string path, temporary; // temporary is empty when there is nothing to remove
};

} // namespace ingot::link

#endif
