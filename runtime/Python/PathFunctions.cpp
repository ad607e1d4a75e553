// os and os.path: folders that the script makes and looks into.

#include "runtime/Python/Functions.h"
#include "runtime/Python/Text.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

const std::string &pathOf(const Value &value) {
  if (!value.string())
    throw PythonError{fmt::format("TypeError: a path must be a str, not '{}'", typeName(value))};
  return *value.string();
}

/// os.path.join(path, *paths), of a tuple: what comes before an absolute path is left out.
Value join(Arguments a) {
  std::string joined;
  for (const Value &part : itemsOf(a[0])) {
    const std::string &text = pathOf(part);
    if (text.starts_with('/'))
      joined = text;
    else
      joined += (joined.empty() || joined.ends_with('/') ? "" : "/") + text;
  }
  return joined;
}

template <bool (*is)(const std::filesystem::path &, std::error_code &) noexcept>
Value test(Arguments a) {
  std::error_code ignored;
  return is(pathOf(a[0]), ignored);
}

/// os.makedirs(name, exist_ok).
Value makeFolders(Arguments a) {
  const std::string &path = pathOf(a[0]);
  std::error_code error;
  if (!truth(a[1]) && std::filesystem::exists(path, error))
    throw PythonError{fmt::format("FileExistsError: [Errno 17] File exists: {}", repr(a[0]))};
  std::filesystem::create_directories(path, error);
  if (error)
    throw PythonError{fmt::format("OSError: {}: {}", path, error.message())};
  return PythonNone{};
}

/// os.listdir(path), in the order of the names.
Value list(Arguments a) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(pathOf(a[0]), error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    names.push_back(entry->path().filename());
  if (error)
    throw PythonError{fmt::format("FileNotFoundError: {}: {}", pathOf(a[0]), error.message())};
  std::sort(names.begin(), names.end());
  return makeSequence(PythonSequence::List, {names.begin(), names.end()});
}

constexpr Function paths[] = {{"os.path.join", 1, 1, join}, {"os.listdir", 1, 1, list}};

constexpr Function files[] = {
    {"os.path.exists", 1, 1, test<std::filesystem::exists>},
    {"os.path.isfile", 1, 1, test<std::filesystem::is_regular_file>},
    {"os.path.isdir", 1, 1, test<std::filesystem::is_directory>},
    {"os.makedirs", 2, 2, makeFolders},
};

} // namespace

std::span<const Function> pathFunctions() { return paths; }
std::span<const Function> fileFunctions() { return files; }

} // namespace ingot::runtime
