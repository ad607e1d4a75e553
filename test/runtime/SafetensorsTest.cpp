// Files of weights: what is written comes back, and no damage goes unnoticed.

#include "runtime/Checkpoint/Safetensors.h"
#include "runtime/Checkpoint/Weights.h"
#include "runtime/Core/Error.h"
#include "test/runtime/ToyProgram.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

using namespace ingot::runtime;
using namespace ingot::test;

static std::vector<std::byte> bytesOf(const std::string &text) {
  std::span bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

/// A file with this header, as the format has it, and these data.
static std::vector<std::byte> fileOf(const std::string &header, const std::string &data) {
  uint64_t length = header.size();
  return bytesOf(std::string(reinterpret_cast<const char *>(&length), 8) + header + data);
}

/// What reading says; empty if the file is good.
static std::string errorOf(std::vector<std::byte> content) {
  try {
    SafetensorsFile file("f", std::move(content));
  } catch (const Error &error) {
    EXPECT_EQ(error.exitCode, 1);
    return error.message;
  }
  return "";
}

#define EXPECT_CONTAINS(text, part)                                                                \
  EXPECT_NE(std::string(text).find(part), std::string::npos) << (text)

namespace {

/// Two tensors and an empty one, as a file's bytes.
struct Small {
  float kernel[6] = {1, 2, 3, -4, 5.5f, 6};
  float bias[2] = {0.25f, -0.0f};
  std::vector<Tensor> tensors{
      {"dense/kernel", "F32", {2, 3}, std::as_bytes(std::span(kernel))},
      {"dense/bias", "F32", {2}, std::as_bytes(std::span(bias))},
      {"none", "F32", {0, 7}, {}},
  };
  Metadata metadata{{"format", "ingot"}, {"epoch", "3"}, {"seed", "17"}};

  std::vector<std::byte> bytes() const {
    std::vector<std::byte> result = bytesOf(safetensorsHeader(tensors, metadata));
    for (const Tensor &tensor : tensors)
      result.insert(result.end(), tensor.data.begin(), tensor.data.end());
    return result;
  }

  void expectIn(const SafetensorsFile &file) const {
    ASSERT_EQ(file.tensors().size(), tensors.size());
    for (const Tensor &expected : tensors) {
      const Tensor *tensor = file.find(expected.name);
      ASSERT_TRUE(tensor);
      EXPECT_EQ(tensor->dtype, expected.dtype);
      EXPECT_EQ(tensor->shape, expected.shape);
      EXPECT_TRUE(std::equal(tensor->data.begin(), tensor->data.end(), expected.data.begin(),
                             expected.data.end()));
    }
    for (const auto &[key, value] : metadata)
      EXPECT_EQ(file.metadata().at(key), value);
  }
};

} // namespace

TEST(Safetensors, RoundTrip) {
  Small small;
  std::vector<std::byte> bytes = small.bytes();
  // Data begin at a multiple of eight.
  EXPECT_EQ((bytes.size() - 32) % 8, 0u);
  small.expectIn(SafetensorsFile("f", bytes));
}

TEST(Safetensors, EveryTruncationIsFound) {
  std::vector<std::byte> bytes = Small().bytes();
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_NE(errorOf({bytes.begin(), bytes.begin() + length}), "") << length;
  bytes.push_back(std::byte(0));
  EXPECT_NE(errorOf(bytes), "");
}

// A change of any bit, be it in the header's length, the header or the data, is an error.
TEST(Safetensors, EveryFlippedBitIsFound) {
  std::vector<std::byte> bytes = Small().bytes();
  for (size_t at = 0; at < bytes.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::vector<std::byte> damaged = bytes;
      damaged[at] ^= std::byte(1 << bit);
      EXPECT_NE(errorOf(damaged), "") << "byte " << at << ", bit " << bit;
    }
}

TEST(Safetensors, EveryOtherByteIsFound) {
  std::vector<std::byte> bytes = Small().bytes();
  for (size_t at = 0; at < bytes.size(); ++at)
    for (unsigned value : {0u, 0x20u, 0x22u, 0x30u, 0x39u, 0x5du, 0x7du, 0xffu}) {
      std::vector<std::byte> damaged = bytes;
      damaged[at] = std::byte(value);
      if (damaged != bytes)
        EXPECT_NE(errorOf(damaged), "") << "byte " << at << ", value " << value;
    }
}

// What other programs write: no metadata, no checksum, tensors out of order, spaces.
TEST(Safetensors, ForeignFiles) {
  SafetensorsFile file("f", fileOf(R"({"b": {"dtype":"U8","shape":[],"data_offsets":[4,5]},)"
                                   R"( "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   )",
                                   "abcde"));
  ASSERT_EQ(file.tensors().size(), 2u);
  EXPECT_EQ(file.tensors()[0].name, "a");
  EXPECT_EQ(std::memcmp(file.find("b")->data.data(), "e", 1), 0);
  EXPECT_EQ(errorOf(fileOf(R"({"__metadata__":{"format":"pt"}})", "")), "");
  EXPECT_EQ(errorOf(fileOf("{}", "")), "");
}

TEST(Safetensors, Malformed) {
  auto tensor = [](const std::string &entry, const std::string &data = "abcd") {
    return errorOf(fileOf("{\"t\":" + entry + "}", data));
  };
  EXPECT_CONTAINS(errorOf(bytesOf("short")), "5 bytes");
  EXPECT_CONTAINS(errorOf(bytesOf("\xff\xff\xff\xff\xff\xff\xff\xff{}")), "header length");
  EXPECT_CONTAINS(errorOf(fileOf("{\"a\":", "")), "no JSON");
  EXPECT_CONTAINS(errorOf(fileOf("[1]", "")), "no JSON object");
  EXPECT_CONTAINS(errorOf(fileOf(std::string(100000, '['), "")), "no JSON");
  EXPECT_CONTAINS(errorOf(fileOf(R"({"__metadata__":3})", "")), "__metadata__");
  EXPECT_CONTAINS(errorOf(fileOf(R"({"__metadata__":{"a":1}})", "")), "not a string");
  EXPECT_CONTAINS(tensor("3"), "lacks dtype");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[1]})"), "lacks dtype, shape or data_offsets");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F31","shape":[1],"data_offsets":[0,4]})"), "'F31'");
  EXPECT_CONTAINS(tensor(R"({"dtype":4,"shape":[1],"data_offsets":[0,4]})"), "dtype");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":1,"data_offsets":[0,4]})"), "list of sizes");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})"), "list of sizes");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[1.0],"data_offsets":[0,4]})"), "list of sizes");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0]})"), "pair");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0,"4"]})"), "pair");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})"),
                  "before it begins");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})"), "truncated");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})"),
                  "shape [2] need 8");
  // 2^62 floats are 2^64 bytes, which is 0 in 64 bits.
  EXPECT_CONTAINS(
      tensor(R"({"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]})", ""),
      "impossible shape");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})", "abcdefgh"),
                  "belong to no tensor");
  EXPECT_CONTAINS(tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[1,5]})", "abcde"),
                  "belong to none");
  EXPECT_CONTAINS(errorOf(fileOf(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                                 R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
                                 "abc")),
                  "overlaps");
  EXPECT_CONTAINS(errorOf(fileOf(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                                 R"("a":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
                                 "abc")),
                  "belong to none");
}

namespace {

class Files : public testing::Test {
protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("ingot-files-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    path = folder / "f.safetensors";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  static std::string contentOf(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void writeText(const std::string &path, const std::string &text,
                        KeepPrevious keep = KeepPrevious::No) {
    std::span<const std::byte> parts[] = {std::as_bytes(std::span(text))};
    writeAtomically(path, parts, keep);
  }

  std::filesystem::path folder;
  std::string path;
};

} // namespace

TEST_F(Files, WriteAndRead) {
  Small small;
  writeSafetensors(path, small.tensors, small.metadata, KeepPrevious::No);
  small.expectIn(SafetensorsFile(path));
}

TEST_F(Files, KeepsThePrevious) {
  writeText(path, "one", KeepPrevious::Yes);
  EXPECT_FALSE(std::filesystem::exists(path + ".1"));
  writeText(path, "two", KeepPrevious::Yes);
  writeText(path, "three", KeepPrevious::Yes);
  EXPECT_EQ(contentOf(path), "three");
  EXPECT_EQ(contentOf(path + ".1"), "two");
}

TEST_F(Files, FollowsLinksAndSparesDevices) {
  std::filesystem::create_symlink("target", folder / "link");
  writeText(folder / "target", "old");
  writeText(folder / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(contentOf(folder / "target"), "new");
  writeText("/dev/null", "nothing");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(Files, FailuresLeaveTheOldContent) {
  auto message = [&](const std::string &to) {
    try {
      writeText(to, "new");
    } catch (const Error &error) {
      return error.message;
    }
    return std::string();
  };
  EXPECT_CONTAINS(message(folder), "directory");
  EXPECT_CONTAINS(message(folder / "no" / "file"), "its folder must exist");
  EXPECT_CONTAINS(message("/dev/full"), "free some space");
  // The temporary file cannot be written: files of this process may have one byte.
  writeText(path, "old");
  rlimit limit, before;
  getrlimit(RLIMIT_FSIZE, &before);
  limit = before;
  limit.rlim_cur = 1;
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &limit);
  EXPECT_CONTAINS(message(path), "File too large");
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_DFL);
  EXPECT_EQ(contentOf(path), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  EXPECT_CONTAINS(message("/proc/ingot"), "/proc/ingot");
}

TEST_F(Files, UnreadableFiles) {
  auto message = [](const std::string &path) {
    try {
      SafetensorsFile file(path);
    } catch (const Error &error) {
      return error.message;
    }
    return std::string();
  };
  EXPECT_CONTAINS(message(folder / "missing"), "No such file");
  EXPECT_CONTAINS(message(folder), "not a regular file");
  EXPECT_CONTAINS(message("/dev/zero"), "not a regular file");
}

namespace {

/// Loading weights of the toy program from a file with these tensors.
class ToyFiles : public Files {
protected:
  std::string load(const std::vector<Tensor> &tensors) {
    writeSafetensors(path, tensors, {}, KeepPrevious::No);
    std::vector<std::byte> before = arena;
    try {
      loadWeightsInto(path, toyProgram(), arena.data());
    } catch (const Error &error) {
      EXPECT_EQ(arena, before);
      EXPECT_CONTAINS(error.message, path);
      return error.message;
    }
    return "";
  }

  std::vector<float> elements = std::vector<float>(24, 0.5f);
  std::vector<std::byte> arena = std::vector<std::byte>(toyProgram().arena_bytes, std::byte(1));

  Tensor tensor(const std::string &name, std::vector<int64_t> shape, int64_t count,
                const std::string &dtype = "F32") {
    size_t bytes = static_cast<size_t>(count) * (dtype == "F64" ? 8 : 4);
    return {name, dtype, std::move(shape), std::as_bytes(std::span(elements)).first(bytes)};
  }
};

} // namespace

TEST_F(ToyFiles, LoadsByName) {
  Tensor kernel = tensor("dense/kernel", {4, 3}, 12), bias = tensor("dense/bias", {3}, 3);
  EXPECT_EQ(load({bias, kernel}), "");
  EXPECT_EQ(readParameter(toyProgram().parameters[0], arena.data()), std::vector<float>(12, 0.5f));
  // Lanes of padding are zero.
  float padding;
  std::memcpy(&padding, arena.data() + 3 * sizeof(float), sizeof padding);
  EXPECT_EQ(padding, 0.0f);
  // Slots of any optimizer do no harm.
  EXPECT_EQ(load({bias, kernel, tensor("dense/kernel/velocity", {12}, 12)}), "");
}

TEST_F(ToyFiles, Mismatches) {
  Tensor kernel = tensor("dense/kernel", {4, 3}, 12), bias = tensor("dense/bias", {3}, 3);
  EXPECT_CONTAINS(load({kernel}), "'dense/bias' is missing");
  EXPECT_CONTAINS(load({tensor("initial/dense/kernel", {4, 3}, 12), bias}),
                  "'dense/kernel' is missing");
  EXPECT_CONTAINS(load({}), "no tensor at all");
  EXPECT_CONTAINS(load({tensor("dense/kernel", {3, 4}, 12), bias}),
                  "shape [3, 4], but the model's is [4, 3]");
  EXPECT_CONTAINS(load({tensor("dense/kernel", {4, 3}, 12, "F64"), bias}), "dtype F64");
  EXPECT_CONTAINS(load({kernel, bias, tensor("dense_1/bias", {3}, 3)}),
                  "'dense_1/bias' belongs to no");
}

TEST_F(ToyFiles, MetadataNeedsNoData) {
  std::vector<Tensor> tensors{tensor("dense/kernel", {4, 3}, 12), tensor("dense/bias", {3}, 3)};
  writeSafetensors(path, tensors, {{"epoch", "2"}}, KeepPrevious::No);
  auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size - 60);
  EXPECT_THROW(SafetensorsFile file(path), Error);
  EXPECT_EQ(readSafetensorsMetadata(path).at("epoch"), "2");
  for (uintmax_t length : {uintmax_t(0), uintmax_t(7), uintmax_t(8), size - 61}) {
    std::filesystem::resize_file(path, length);
    EXPECT_THROW(readSafetensorsMetadata(path), Error) << length;
  }
}

TEST_F(ToyFiles, SavesWithAndWithoutSlots) {
  for (uint32_t i = 0; i < 3; ++i) {
    const IngotParameter &parameter = toyProgram().parameters[i];
    writeParameter(parameter, std::span(elements).first(i == 1 ? 3 : 12), arena.data());
  }
  saveParameters(path, toyProgram(), arena.data(), Contents::Weights, {{"epoch", "2"}},
                 KeepPrevious::No);
  SafetensorsFile weights(path);
  EXPECT_EQ(weights.tensors().size(), 2u);
  EXPECT_EQ(weights.find("dense/kernel")->shape, (std::vector<int64_t>{4, 3}));
  EXPECT_EQ(weights.metadata().at("spec_digest"), "0123");
  EXPECT_EQ(weights.metadata().at("schedule_hash"), "4567");
  EXPECT_EQ(weights.metadata().at("epoch"), "2");
  saveParameters(path, toyProgram(), arena.data(), Contents::WeightsAndSlots, {}, KeepPrevious::No);
  EXPECT_TRUE(SafetensorsFile(path).find("dense/kernel/momentum"));
}
