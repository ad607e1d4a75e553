#include "compiler/Link/KernelSymbols.h"

#include "llvm/ObjCopy/CommonConfig.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/Binary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

Error ingot::link::keepKernelSymbols(StringRef path) {
  objcopy::ConfigManager config;
  config.Common.StripAll = true;
  config.Common.OutputFilename = path;
  if (Error error = config.Common.SymbolsToKeep.addMatcher(objcopy::NameOrPattern::create(
          "kernel.*", objcopy::MatchStyle::Wildcard, [](Error error) { return error; })))
    return error;
  // Read to its end and closed before it is written anew.
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                      /*IsVolatile=*/true);
  if (!buffer)
    return createStringError(buffer.getError(), "cannot read " + path);
  auto binary = object::createBinary(**buffer);
  if (!binary)
    return binary.takeError();
  SmallVector<char> bytes;
  raw_svector_ostream stream(bytes);
  if (Error error = objcopy::executeObjcopyOnBinary(config, **binary, stream))
    return error;
  std::error_code error;
  raw_fd_ostream file(path, error);
  file << stream.str();
  file.close();
  if (error || file.has_error())
    return createStringError(error ? error : file.error(), "cannot write " + path);
  return Error::success();
}
