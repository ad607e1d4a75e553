// Folders of images, compared with Keras: test/numeric/golden/directory.json.

#include "runtime/Checkpoint/Safetensors.h"
#include "runtime/Core/Error.h"
#include "runtime/Data/Image.h"
#include "runtime/Data/Reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace ingot::runtime;
using nlohmann::json;

static const std::string golden = INGOT_GOLDEN;

static std::string optionsOf(const json &row) {
  const json &arguments = row["arguments"];
  std::string text = fmt::format("height={}\nwidth={}\n", arguments["image_size"][0].get<int>(),
                                 arguments["image_size"][1].get<int>());
  for (const char *name : {"interpolation", "color_mode", "subset"})
    if (arguments.contains(name))
      text += fmt::format("{}={}\n", name, arguments[name].get<std::string>());
  if (arguments.contains("validation_split"))
    text += fmt::format("validation_split={}\n", arguments["validation_split"].get<double>());
  if (arguments["shuffle"].get<bool>())
    text += fmt::format("shuffle=1\nseed={}\n", arguments["seed"].get<int>());
  for (const char *aspect : {"crop", "pad"})
    if (arguments.contains(fmt::format("{}_to_aspect_ratio", aspect)))
      text += fmt::format("aspect={}\n", aspect);
  for (const json &name : row["class_names"])
    text += "class=" + name.get<std::string>() + "\n";
  return text;
}

/// Images and labels of a folder.
static std::pair<FoundArray, FoundArray> read(const std::string &options,
                                              const std::string &folder) {
  IngotArray images = {}, labels = {};
  images.source = labels.source = folder.c_str();
  images.key = "images";
  labels.key = "labels";
  images.options = labels.options = options.c_str();
  std::string nowhere;
  IngotReadRequest request{folder, nowhere, 2, {{images, {}}, {labels, {}}}, {}};
  ingot_read_image_folder(&request);
  return {request.arrays[0].found, request.arrays[1].found};
}

static double element(const FoundArray &array, size_t index) {
  if (array.element == INGOT_U8)
    return array.samples.data()[index];
  return reinterpret_cast<const float *>(array.samples.data())[index];
}

TEST(ImageFolder, IsKerass) {
  json cases = json::parse(std::ifstream(golden + "/directory.json"))["dataset"];
  SafetensorsFile tensors(golden + "/directory.safetensors");
  int compared = 0;
  for (const json &row : cases) {
    std::string name = row["name"];
    if (name == "categorical" || !row.contains("labels"))
      continue;
    SCOPED_TRACE(name);
    auto [images, labels] = read(optionsOf(row), golden + "/directory");
    std::vector<int> expected = row["labels"];
    ASSERT_EQ(labels.shape, std::vector<int64_t>{static_cast<int64_t>(expected.size())});
    EXPECT_EQ(std::memcmp(labels.samples.data(), expected.data(), expected.size() * 4), 0);
    const Tensor *tensor = tensors.find(name);
    ASSERT_NE(tensor, nullptr);
    ASSERT_EQ(images.shape, tensor->shape);
    ASSERT_EQ(images.element == INGOT_U8, tensor->dtype == "U8");
    size_t count = tensor->data.size() / (images.element == INGOT_U8 ? 1 : 4);
    for (size_t i = 0; i < count; ++i) {
      float wanted = 0;
      if (images.element == INGOT_U8)
        wanted = static_cast<float>(tensor->data[i]);
      else
        std::memcpy(&wanted, tensor->data.data() + 4 * i, 4);
      ASSERT_NEAR(element(images, i), wanted, 255e-5) << "element " << i;
    }
    ++compared;
  }
  EXPECT_EQ(compared, 9);
}

/// The order of a seed is numpy.random.RandomState's: labels of the shuffled cases follow from
/// their paths.
TEST(ImageFolder, ShufflesAsNumPy) {
  json cases = json::parse(std::ifstream(golden + "/directory.json"))["dataset"];
  for (const json &row : cases) {
    if (!row["arguments"]["shuffle"].get<bool>())
      continue;
    SCOPED_TRACE(row["name"].get<std::string>());
    auto labels = read(optionsOf(row), golden + "/directory").second;
    ASSERT_EQ(labels.shape[0], static_cast<int64_t>(row["file_paths"].size()));
    for (size_t i = 0; i < row["file_paths"].size(); ++i) {
      int32_t label = reinterpret_cast<const int32_t *>(labels.samples.data())[i];
      std::string folder = fmt::format(
          "directory/{}/", row["class_names"][static_cast<size_t>(label)].get<std::string>());
      EXPECT_TRUE(row["file_paths"][i].get<std::string>().starts_with(folder)) << i;
    }
  }
}

/// golden/jpeg: a picture, and what tf.io.decode_image makes of it with 3 channels and with 1.
TEST(Image, JpegIsTensorFlows) {
  Bytes file = readFile(golden + "/jpeg/picture.jpg");
  for (int64_t channels : {3, 1}) {
    Image image = decodeImage(file.view(), channels, "f");
    Bytes expected = readFile(golden + (channels == 3 ? "/jpeg/rgb.bin" : "/jpeg/gray.bin"));
    ASSERT_EQ(image.pixels.size(), expected.size());
    EXPECT_EQ(std::memcmp(image.pixels.data(), expected.data(), expected.size()), 0);
  }
}

static std::string errorOf(std::span<const uint8_t> file) {
  try {
    decodeImage(file, 3, "f");
  } catch (const Error &error) {
    return error.message;
  }
  return "";
}

TEST(Image, DamageIsFound) {
  Bytes file = readFile(golden + "/directory/cat/1.png");
  EXPECT_EQ(errorOf(file.view()), "");
  for (size_t size = 0; size + 12 < file.size(); size += 7)
    EXPECT_NE(errorOf(file.view().first(size)), "") << size;
  const uint8_t jpeg[] = {0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F'};
  EXPECT_TRUE(errorOf(jpeg).starts_with("f: a damaged JPEG image: "));
  const uint8_t other[] = {'B', 'M', 0, 0};
  EXPECT_EQ(errorOf(other), "f: neither JPEG nor PNG; other images are not supported yet");
}
