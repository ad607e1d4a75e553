// The .npy format (numpy.lib.format) and the zip archives of .npz, as far as shapes and types need
// them.

#include "compiler/Import/NumPy/Files.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <libdeflate.h>

namespace ingot::import {

namespace {
std::optional<std::string> contentOf(const std::string &path, std::string &error) {
  namespace fs = std::filesystem;
  auto fail = [&](const std::string &why) {
    error = fmt::format("{}: {}", path, why);
    return std::nullopt;
  };
  std::error_code failure;
  fs::file_status status = fs::status(path, failure);
  if (!fs::exists(status))
    return fail(failure ? failure.message() : std::strerror(ENOENT));
  if (!fs::is_regular_file(status)) // a device may have no end
    return fail(fs::is_directory(status) ? "is a folder" : "is not a regular file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (file && file.peek() != std::ifstream::traits_type::eof())
    content << file.rdbuf();
  if (!file.is_open() || file.bad() || !content)
    return fail(errno ? std::strerror(errno) : "cannot be read to its end");
  return std::move(content).str();
}

uint64_t number(std::string_view bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = count; i-- > 0 && at + count <= bytes.size();)
    value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

/// What follows 'name': in the header's dict.
std::string_view item(std::string_view header, std::string_view name) {
  size_t at = header.find(fmt::format("'{}':", name));
  if (at == header.npos)
    return {};
  header.remove_prefix(at + name.size() + 3);
  size_t first = header.find_first_not_of(' ');
  return first == header.npos ? std::string_view() : header.substr(first);
}

std::string dtypeOf(std::string_view descr) {
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"|u1", "uint8"}, {"<i4", "int32"}, {"<i8", "int64"}, {"<f4", "float32"}, {"<f8", "float64"}};
  for (auto [known, name] : names)
    if (descr == known)
      return std::string(name);
  return std::string(descr);
}

template <typename T> void findClasses(std::string_view elements, FileArray &array) {
  std::set<int64_t> seen;
  T previous{};
  for (size_t at = 0; at + sizeof(T) <= elements.size(); at += sizeof(T)) {
    T label;
    std::memcpy(&label, elements.data() + at, sizeof label);
    if (at == 0 || label != previous)
      seen.insert(static_cast<int64_t>(label));
    previous = label;
  }
  if (seen.empty())
    return;
  array.negative = *seen.begin() < 0;
  array.classes = array.negative ? 0 : std::min(*seen.rbegin(), INT64_MAX - 1) + 1;
  array.gaps = array.classes != static_cast<int64_t>(seen.size());
}

/// The sizes in "(3, 28, 28)...". Nothing where that is no list of sizes, or no array has them.
std::optional<std::vector<int64_t>> sizesOf(std::string_view text) {
  constexpr int64_t largestElement = 8;
  std::vector<int64_t> sizes;
  int64_t bytes = largestElement;
  auto skip = [&] { text.remove_prefix(std::min(text.find_first_not_of(' '), text.size())); };
  text.remove_prefix(1);
  for (skip(); !text.starts_with(")"); skip()) {
    int64_t size = 0;
    auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (bad != std::errc() || size < 0 || __builtin_mul_overflow(bytes, size, &bytes))
      return std::nullopt;
    sizes.push_back(size);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    skip();
    if (text.starts_with(","))
      text.remove_prefix(1);
    else if (!text.starts_with(")"))
      return std::nullopt;
  }
  return sizes;
}

std::optional<FileArray> readArray(std::string_view file, const std::string &what,
                                   std::string &error) {
  bool isArray = file.size() >= 12 && file.starts_with("\x93NUMPY");
  size_t sizeBytes = isArray && file[6] > 1 ? 4 : 2, begin = 8 + sizeBytes;
  size_t length = isArray ? number(file, 8, sizeBytes) : 0;
  if (!isArray || length > file.size() - begin) {
    error = fmt::format("{} is no .npy file, or cut short; numpy.save writes one", what);
    return std::nullopt;
  }
  if (file[6] < 1 || file[6] > 3) {
    error = fmt::format("{}: version {} of the .npy format; 1 to 3 can be read", what,
                        static_cast<uint8_t>(file[6]));
    return std::nullopt;
  }
  std::string_view header = file.substr(begin, length), descr = item(header, "descr"),
                   shape = item(header, "shape");
  FileArray array;
  if (!descr.starts_with("'") || !shape.starts_with("(")) {
    error = fmt::format("{}: an array of numbers is needed", what);
    return std::nullopt;
  }
  array.dtype = dtypeOf(descr.substr(1, descr.find('\'', 1) - 1));
  auto sizes = sizesOf(shape);
  bool printable = std::all_of(array.dtype.begin(), array.dtype.end(),
                               [](char c) { return c > ' ' && c <= '~'; });
  if (!sizes || !printable) {
    error = fmt::format("{}: its header is damaged; numpy.save writes one", what);
    return std::nullopt;
  }
  array.shape = std::move(*sizes);
  array.fortran = item(header, "fortran_order").starts_with("True");
  if (array.shape.size() == 1 || (array.shape.size() == 2 && array.shape[1] == 1)) {
    std::string_view elements = file.substr(begin + length);
    if (array.dtype == "uint8")
      findClasses<uint8_t>(elements, array);
    else if (array.dtype == "int32")
      findClasses<int32_t>(elements, array);
    else if (array.dtype == "int64")
      findClasses<int64_t>(elements, array);
  }
  return array;
}

/// A member of a zip archive, from its entry in the archive's directory.
std::optional<std::string> member(std::string_view file, size_t entry) {
  size_t method = number(file, entry + 10, 2), packedBytes = number(file, entry + 20, 4);
  size_t bytes = number(file, entry + 24, 4), at = number(file, entry + 42, 4);
  at += 30 + number(file, at + 26, 2) + number(file, at + 28, 2);
  constexpr size_t densest = 1032; // deflate's limit: 258 bytes from 2 bits
  if (at > file.size() || packedBytes > file.size() - at || bytes / densest > packedBytes)
    return std::nullopt;
  std::string_view packed = file.substr(at, packedBytes);
  if (method == 0)
    return std::string(packed);
  std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  std::string content(bytes, '\0');
  if (method != 8 || !decompressor ||
      libdeflate_deflate_decompress(decompressor.get(), packed.data(), packed.size(),
                                    content.data(), bytes, nullptr) != LIBDEFLATE_SUCCESS)
    return std::nullopt;
  return content;
}
} // namespace

std::optional<std::vector<std::pair<std::string, FileArray>>> readArrayFile(const std::string &path,
                                                                            std::string &error) {
  auto content = contentOf(path, error);
  if (!content)
    return std::nullopt;
  std::vector<std::pair<std::string, FileArray>> arrays;
  std::string_view file = *content;
  if (!file.starts_with("PK")) {
    auto array = readArray(file, path, error);
    if (!array)
      return std::nullopt;
    arrays.emplace_back("", *array);
    return arrays;
  }
  size_t end = file.rfind("PK\5\6");
  size_t count = end == file.npos ? 0 : number(file, end + 10, 2);
  size_t entry = count == 0 ? file.size() : number(file, end + 16, 4);
  for (; count > 0; --count) {
    std::string name(
        entry + 46 <= file.size() ? file.substr(entry + 46, number(file, entry + 28, 2)) : "");
    auto bytes = name.empty() ? std::nullopt : member(file, entry);
    if (!bytes) {
      error = fmt::format("{}: the archive is damaged or cut short; numpy.savez writes one", path);
      return std::nullopt;
    }
    auto array = readArray(*bytes, fmt::format("{}, {}", path, name), error);
    if (!array)
      return std::nullopt;
    arrays.emplace_back(name.substr(0, name.rfind(".npy")), *array);
    entry += 46 + number(file, entry + 28, 2) + number(file, entry + 30, 2) +
             number(file, entry + 32, 2);
  }
  if (arrays.empty()) {
    error =
        fmt::format("{}: an archive without arrays, or cut short; numpy.savez writes one", path);
    return std::nullopt;
  }
  return arrays;
}

} // namespace ingot::import
