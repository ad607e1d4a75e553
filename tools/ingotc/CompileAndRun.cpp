// Finds or makes an executable in the cache, and runs it.

#include "tools/ingotc/CompileAndRun.h"

#include "compiler/Link/Linker.h"
#include "compiler/Object/LowerToLLVM.h"
#include "tools/ingotc/TargetCpu.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

using namespace ingot;

namespace {
int fail(const llvm::Twine &message, int status = 1) {
  llvm::errs() << "ingotc: error: " << message << '\n';
  return status;
}

/// A file as it is now: its path, size and time.
std::string stateOf(llvm::StringRef path) {
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::status(path, status))
    return path.str();
  return (path + "|" + llvm::Twine(status.getSize()) + "|" +
          llvm::Twine(status.getLastModificationTime().time_since_epoch().count()))
      .str();
}

/// All that the executable depends on: the script, the compiler, the runtime, the flags.
std::string keyOf(const CommandLine &line, llvm::StringRef script, const object::Target &target,
                  llvm::StringRef runtime) {
  std::string text = stateOf("/proc/self/exe") + "\n" + stateOf(runtime) + "\n" + line.input +
                     "\n" + target.cpu + "\n" + target.features + "\n" + line.schedule + "\n" +
                     (line.withReference ? "reference" : "") + (line.kerasFiles ? "keras" : "");
  for (const std::string &flag : line.mlirFlags)
    text += "\n" + flag;
  text += "\n" + script.str();
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(text)), /*LowerCase=*/true)
      .substr(0, 32);
}

std::optional<std::string> cacheFolder() {
  if (auto folder = llvm::sys::Process::GetEnv("XDG_CACHE_HOME"); folder && !folder->empty())
    return *folder + "/ingot";
  if (auto home = llvm::sys::Process::GetEnv("HOME"); home && !home->empty())
    return *home + "/.cache/ingot";
  return std::nullopt;
}
} // namespace

int ingot::compileAndRun(CommandLine line, const char *argv0) {
  auto script = llvm::MemoryBuffer::getFile(line.input);
  if (!script)
    return fail(line.input + ": " + script.getError().message(), 2);
  std::optional<object::Target> target = targetOf(line.targetCpu);
  if (!target)
    return 2;
  llvm::Expected<std::string> runtime = link::findRuntime(argv0);
  if (!runtime)
    return fail(llvm::toString(runtime.takeError()));
  std::optional<std::string> cache = cacheFolder();
  if (!cache)
    return fail("--run needs a folder for what it compiles: set XDG_CACHE_HOME");
  llvm::SmallString<128> folder(*cache);
  llvm::sys::path::append(folder, "run", keyOf(line, (*script)->getBuffer(), *target, *runtime));
  if (std::error_code code = llvm::sys::fs::create_directories(folder))
    return fail("cannot make the folder " + folder + ": " + code.message());
  llvm::sys::path::append(folder, llvm::sys::path::stem(line.input));
  line.output = std::string(folder);
  if (!llvm::sys::fs::can_execute(line.output))
    if (int status = compile(line, argv0))
      return status;
  std::vector<char *> arguments{line.output.data()};
  for (std::string &argument : line.arguments)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  execv(line.output.c_str(), arguments.data());
  return fail("cannot run " + line.output + ": " + std::strerror(errno));
}
