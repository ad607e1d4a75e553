// The linker is called by itself, since a compiler in between takes longer than the linking.

#include "compiler/Link/Linker.h"

#include "compiler/Link/KernelSymbols.h"
#include "compiler/Link/LinkerCall.h"
#include "compiler/Link/OutputFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace ingot;
using namespace ingot::link;

namespace {
/// A folder for the objects, gone afterwards.
class TemporaryFolder {
public:
  TemporaryFolder() { error = sys::fs::createUniqueDirectory("ingotc", path); }
  ~TemporaryFolder() {
    if (!error)
      sys::fs::remove_directories(path);
  }
  std::string file(const Twine &name) const { return (Twine(path) + "/" + name).str(); }

  SmallString<128> path;
  std::error_code error;
};

Expected<std::string> findLinker() {
  StringRef known = linkerCall[0];
  if (sys::fs::can_execute(known))
    return known.str();
  for (StringRef name : {"ld.lld-22", "ld.lld"})
    if (ErrorOr<std::string> found = sys::findProgramByName(name))
      return *found;
  return createStringError("cannot link: there is no " + known +
                           ", and no ld.lld-22 or ld.lld in PATH; install lld-22");
}

Error writeFile(const std::string &path, ArrayRef<char> bytes) {
  std::error_code code;
  raw_fd_ostream stream(path, code);
  if (code)
    return createStringError(code, "cannot write " + path + ": " + code.message());
  stream.write(bytes.data(), bytes.size());
  stream.close();
  if ((code = stream.error())) {
    stream.clear_error();
    return createStringError(code, "cannot write " + path + ": " + code.message());
  }
  return Error::success();
}

/// Writes the objects into the folder and returns their paths, in order.
Expected<std::vector<std::string>> writeObjects(const TemporaryFolder &folder,
                                                ArrayRef<Bytes> objects) {
  if (folder.error)
    return createStringError(folder.error,
                             "cannot make a temporary folder: " + folder.error.message() +
                                 "; TMPDIR names another place for it");
  std::vector<std::string> paths;
  for (auto [i, object] : enumerate(objects)) {
    paths.push_back(folder.file(Twine(i) + ".o"));
    if (Error error = writeFile(paths.back(), object))
      return error;
  }
  return paths;
}

Error runLinker(const TemporaryFolder &folder, ArrayRef<std::string> arguments, StringRef path,
                function_ref<Error(StringRef path)> finish = {}) {
  Expected<std::string> linker = findLinker();
  if (!linker)
    return linker.takeError();
  Expected<OutputFile> output = OutputFile::create(path);
  if (!output)
    return output.takeError();
  std::vector<StringRef> call{"ld.lld"};
  for (const std::string &argument : arguments)
    call.push_back(argument == "<output>" ? output->temporaryPath() : StringRef(argument));
  std::string log = folder.file("log"), message;
  int status = sys::ExecuteAndWait(*linker, call, std::nullopt,
                                   {std::nullopt, StringRef(log), StringRef(log)}, 0, 0, &message);
  if (status != 0) {
    ErrorOr<std::unique_ptr<MemoryBuffer>> text = MemoryBuffer::getFile(log);
    return createStringError("cannot link " + path + ": " + message +
                             (text ? (*text)->getBuffer().rtrim() : StringRef()));
  }
  if (finish)
    if (Error error = finish(output->temporaryPath()))
      return error;
  return output->keep();
}
} // namespace

Expected<std::string> link::findRuntime(const char *argv0) {
  if (std::optional<std::string> given = sys::Process::GetEnv("INGOT_RUNTIME")) {
    if (sys::fs::exists(*given))
      return *given;
    return createStringError("there is no " + *given + ", which INGOT_RUNTIME names");
  }
  std::string self =
      sys::fs::getMainExecutable(argv0, reinterpret_cast<void *>(&link::findRuntime));
  SmallString<128> path(sys::path::parent_path(sys::path::parent_path(self)));
  sys::path::append(path, "lib", "libingot-runtime.a");
  if (sys::fs::exists(path))
    return path.str().str();
  return createStringError("there is no " + path.str() +
                           ": build the target IngotRuntime, or set INGOT_RUNTIME to the archive");
}

Error link::linkExecutable(ArrayRef<Bytes> objects, StringRef runtime, StringRef path) {
  TemporaryFolder folder;
  auto inputs = writeObjects(folder, objects);
  if (!inputs)
    return inputs.takeError();
  std::vector<std::string> arguments{"--gc-sections", "--icf=all", "--strip-debug",
                                     "--no-undefined"};
  for (StringRef argument : drop_begin(linkerCall)) {
    if (argument == "--build-id") {
      arguments.push_back("--build-id=none");
    } else if (argument == "<inputs>") {
      llvm::append_range(arguments, *inputs);
      arguments.push_back(runtime.str());
      llvm::append_range(arguments, runtimeLibraries);
    } else {
      arguments.push_back(argument.str());
    }
  }
  return runLinker(folder, arguments, path, keepKernelSymbols);
}

Error link::linkObject(ArrayRef<Bytes> objects, StringRef path) {
  TemporaryFolder folder;
  auto inputs = writeObjects(folder, objects);
  if (!inputs)
    return inputs.takeError();
  std::vector<std::string> arguments{"-r", "-o", "<output>"};
  llvm::append_range(arguments, *inputs);
  return runLinker(folder, arguments, path);
}
