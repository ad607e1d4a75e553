// Reading and writing of safetensors files. Nothing in a file is believed before it was checked.

#include "runtime/Checkpoint/Safetensors.h"

#include "runtime/Checkpoint/Checksum.h"
#include "runtime/Core/Error.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace ingot::runtime {

using Json = nlohmann::ordered_json;

/// The limit of the format's own implementation.
static constexpr uint64_t longestHeader = 100000000;
static constexpr uint64_t lengthBytes = 8;
static constexpr const char *checksumKey = "checksum";
static constexpr size_t checksumDigits = 16;

[[noreturn]] static void fail(const std::string &path, const std::string &what) {
  throw Error{fmt::format("{}: {}", path, what)};
}

std::string shapeText(std::span<const int64_t> shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

/// Bytes of an element; 0 for what the format does not have.
static uint64_t elementBytes(const std::string &dtype) {
  static constexpr struct {
    const char *name;
    uint64_t bytes;
  } table[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1},
               {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},
               {"I32", 4},  {"F32", 4}, {"U64", 8}, {"I64", 8},     {"F64", 8}};
  for (const auto &[name, bytes] : table)
    if (dtype == name)
      return bytes;
  return 0;
}

/// What the file has, up to `most` bytes.
static std::vector<std::byte> readContent(const std::string &path, uint64_t most = UINT64_MAX) {
  FILE *file = std::fopen(path.c_str(), "rbe");
  if (!file)
    fail(path, fmt::format("cannot be opened: {}", std::strerror(errno)));
  struct stat status;
  std::vector<std::byte> content;
  bool regular = fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
  if (regular) {
    content.resize(std::min(static_cast<uint64_t>(status.st_size), most));
    content.resize(std::fread(content.data(), 1, content.size(), file));
  }
  bool failed = std::ferror(file);
  std::fclose(file);
  if (!regular)
    fail(path, "is not a regular file");
  if (failed)
    fail(path, "cannot be read to its end");
  return content;
}

SafetensorsFile::SafetensorsFile(const std::string &path)
    : SafetensorsFile(path, readContent(path)) {}

/// The header's text; checks that it lies within the file.
static std::string_view headerText(const std::string &path, std::span<const std::byte> content) {
  if (content.size() < lengthBytes)
    fail(path, fmt::format("is not a safetensors file: it has {} bytes", content.size()));
  uint64_t length;
  std::memcpy(&length, content.data(), lengthBytes);
  if (length > longestHeader)
    fail(path, "is not a safetensors file, or damaged: its first 8 bytes are no header length");
  if (length > content.size() - lengthBytes)
    fail(path,
         fmt::format("is truncated, or no safetensors file: a header of {} bytes is announced, "
                     "but the file has {} bytes",
                     length, content.size()));
  return {reinterpret_cast<const char *>(content.data()) + lengthBytes,
          static_cast<size_t>(length)};
}

static Json parseHeader(const std::string &path, std::string_view text) {
  Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object())
    fail(path, "is not a safetensors file, or damaged: its header is no JSON object");
  return json;
}

/// The sum over header and data, the checksum's own digits taken as zeros.
static uint64_t checksumOf(std::string header, std::string_view digits,
                           std::span<const std::span<const std::byte>> data) {
  size_t at = header.rfind(fmt::format("\"{}\":\"{}\"", checksumKey, digits));
  if (at != header.npos)
    std::fill_n(header.begin() + at + std::strlen(checksumKey) + 4, digits.size(), '0');
  Checksum sum;
  sum.add(std::as_bytes(std::span(header)));
  for (std::span<const std::byte> part : data)
    sum.add(part);
  return sum.value();
}

static Metadata readMetadata(const std::string &path, const Json &entry) {
  if (!entry.is_object())
    fail(path, "damaged: __metadata__ is not an object");
  Metadata metadata;
  for (const auto &[key, value] : entry.items()) {
    if (!value.is_string())
      fail(path, fmt::format("damaged: __metadata__ '{}' is not a string", key));
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

static bool isCount(const Json &value) {
  return value.is_number_unsigned() && value.get<uint64_t>() <= INT64_MAX;
}

/// Checks one entry of the header against the data that there are.
static Tensor readTensor(const std::string &path, const std::string &name, const Json &entry,
                         std::span<const std::byte> data) {
  auto damaged = [&](const std::string &what) {
    fail(path, fmt::format("tensor '{}' {}", name, what));
  };
  if (!entry.is_object() || !entry.contains("dtype") || !entry.contains("shape") ||
      !entry.contains("data_offsets"))
    damaged("lacks dtype, shape or data_offsets");
  const Json &dtype = entry["dtype"], &shape = entry["shape"], &offsets = entry["data_offsets"];
  Tensor tensor{name, dtype.is_string() ? dtype.get<std::string>() : "", {}, {}};
  uint64_t bytes = elementBytes(tensor.dtype);
  if (bytes == 0)
    damaged(fmt::format("has dtype '{}', which safetensors does not have", tensor.dtype));
  if (!shape.is_array() || !std::all_of(shape.begin(), shape.end(), isCount))
    damaged("has a shape that is no list of sizes");
  for (const Json &size : shape) {
    tensor.shape.push_back(size.get<int64_t>());
    if (__builtin_mul_overflow(bytes, size.get<uint64_t>(), &bytes))
      damaged("has an impossible shape");
  }
  if (!offsets.is_array() || offsets.size() != 2 || !isCount(offsets[0]) || !isCount(offsets[1]))
    damaged("has data_offsets that are no pair of sizes");
  uint64_t begin = offsets[0].get<uint64_t>(), end = offsets[1].get<uint64_t>();
  if (begin > end)
    damaged("ends before it begins");
  if (end > data.size())
    damaged(
        fmt::format("reaches to byte {} of the data, of which the file has {}: it is truncated or "
                    "damaged",
                    end, data.size()));
  if (end - begin != bytes)
    damaged(fmt::format("has {} bytes, but dtype {} and shape {} need {}", end - begin,
                        tensor.dtype, shapeText(tensor.shape), bytes));
  tensor.data = data.subspan(begin, bytes);
  return tensor;
}

/// Tensors lie side by side from the first byte of the data to the last, as the format demands.
static void checkCoverage(const std::string &path, std::vector<Tensor> &tensors,
                          std::span<const std::byte> data) {
  auto byPlace = [](const Tensor &a, const Tensor &b) {
    return std::pair(a.data.data(), a.data.size()) < std::pair(b.data.data(), b.data.size());
  };
  std::sort(tensors.begin(), tensors.end(), byPlace);
  const std::byte *expected = data.data();
  for (const Tensor &tensor : tensors) {
    if (tensor.data.data() != expected)
      fail(path,
           fmt::format("damaged: tensor '{}' overlaps another, or bytes before it belong to none",
                       tensor.name));
    expected += tensor.data.size();
  }
  if (expected != data.data() + data.size())
    fail(path, fmt::format("damaged: {} bytes at its end belong to no tensor",
                           data.data() + data.size() - expected));
}

SafetensorsFile::SafetensorsFile(const std::string &path, std::vector<std::byte> content)
    : itsPath(path), itsContent(std::move(content)) {
  std::string_view header = headerText(path, itsContent);
  std::span<const std::byte> data = std::span(itsContent).subspan(lengthBytes + header.size());
  Json json = parseHeader(path, header);
  for (const auto &[name, entry] : json.items()) {
    if (name == "__metadata__")
      itsMetadata = readMetadata(path, entry);
    else
      itsTensors.push_back(readTensor(path, name, entry, data));
  }
  checkCoverage(path, itsTensors, data);
  auto checksum = itsMetadata.find(checksumKey);
  auto format = itsMetadata.find("format");
  bool ours = format != itsMetadata.end() && format->second == "ingot";
  if (!ours && checksum == itsMetadata.end())
    return;
  if (checksum == itsMetadata.end() || checksum->second.size() != checksumDigits)
    fail(path, "damaged: its checksum is missing");
  std::vector<std::span<const std::byte>> parts;
  for (const Tensor &tensor : itsTensors)
    parts.push_back(tensor.data);
  if (fmt::format("{:016x}", checksumOf(std::string(header), checksum->second, parts)) !=
      checksum->second)
    fail(path, "damaged: its content does not agree with its checksum");
}

const Tensor *SafetensorsFile::find(const std::string &name) const {
  for (const Tensor &tensor : itsTensors)
    if (tensor.name == name)
      return &tensor;
  return nullptr;
}

Metadata readSafetensorsMetadata(const std::string &path) {
  std::vector<std::byte> start = readContent(path, lengthBytes);
  uint64_t length = 0;
  if (start.size() == lengthBytes)
    std::memcpy(&length, start.data(), lengthBytes);
  std::vector<std::byte> content = readContent(path, lengthBytes + std::min(length, longestHeader));
  Json json = parseHeader(path, headerText(path, content));
  return json.contains("__metadata__") ? readMetadata(path, json["__metadata__"]) : Metadata();
}

std::string safetensorsHeader(std::span<const Tensor> tensors, const Metadata &metadata) {
  Json json = Json::object();
  json["__metadata__"] = metadata;
  std::string zeros(checksumDigits, '0');
  json["__metadata__"][checksumKey] = zeros;
  uint64_t offset = 0;
  std::vector<std::span<const std::byte>> parts;
  for (const Tensor &tensor : tensors) {
    uint64_t end = offset + tensor.data.size();
    json[tensor.name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    parts.push_back(tensor.data);
    offset = end;
  }
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  // Spaces, so that the data begin at a multiple of eight.
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string digits = fmt::format("{:016x}", checksumOf(text, zeros, parts));
  size_t at = text.rfind(fmt::format("\"{}\":\"{}\"", checksumKey, zeros));
  text.replace(at + std::strlen(checksumKey) + 4, checksumDigits, digits);
  uint64_t length = text.size();
  return std::string(reinterpret_cast<const char *>(&length), lengthBytes) + text;
}

void writeSafetensors(const std::string &path, std::span<const Tensor> tensors,
                      const Metadata &metadata, KeepPrevious keep) {
  std::string header = safetensorsHeader(tensors, metadata);
  std::vector<std::span<const std::byte>> parts{std::as_bytes(std::span(header))};
  for (const Tensor &tensor : tensors)
    parts.push_back(tensor.data);
  writeAtomically(path, parts, keep);
}

} // namespace ingot::runtime
