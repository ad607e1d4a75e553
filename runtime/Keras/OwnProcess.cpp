#include "runtime/Keras/OwnProcess.h"

#include "runtime/Core/Error.h"
#include "runtime/Core/WriteAll.h"

#include <cerrno>
#include <csignal>
#include <exception>
#include <span>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ingot::runtime {

namespace {
constexpr std::byte done{1}, failed{2}; // how an answer begins
constexpr rlim_t seconds = 30;

std::vector<std::byte> readAll(int from) {
  std::vector<std::byte> all;
  for (;;) {
    constexpr size_t step = 1 << 20;
    size_t size = all.size();
    all.resize(size + step);
    ssize_t count = read(from, all.data() + size, step);
    all.resize(size + static_cast<size_t>(count > 0 ? count : 0));
    if (count == 0 || (count < 0 && errno != EINTR))
      return all;
  }
}

[[noreturn]] void answer(int to, const std::function<std::vector<std::byte>()> &work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0); // no core file
  for (int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPIPE})
    std::signal(signal, SIG_DFL);
  rlimit limit{seconds, seconds};
  setrlimit(RLIMIT_CPU, &limit);
  std::byte kind = done;
  std::vector<std::byte> content;
  try {
    content = work();
  } catch (const Error &error) {
    kind = failed;
    auto text = std::as_bytes(std::span(error.message));
    content.assign(text.begin(), text.end());
  } catch (const std::exception &) {
    _exit(1);
  }
  _exit(writeAll(to, {&kind, 1}) && writeAll(to, content) ? 0 : 1);
}
} // namespace

std::vector<std::byte> inOwnProcess(const std::function<std::vector<std::byte>()> &work,
                                    const std::string &crashed) {
  int ends[2];
  if (pipe(ends) != 0)
    return work();
  pid_t child = fork();
  if (child == 0)
    answer(ends[1], work);
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return work();
  }
  std::byte kind{};
  ssize_t first;
  while ((first = read(ends[0], &kind, 1)) < 0 && errno == EINTR)
    ;
  std::vector<std::byte> content = readAll(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || first != 1)
    throw Error{crashed};
  if (kind == failed)
    throw Error{std::string(reinterpret_cast<const char *>(content.data()), content.size())};
  return content;
}

} // namespace ingot::runtime
