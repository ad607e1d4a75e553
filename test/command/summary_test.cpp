// The summary table against what Keras printed.

#include "runtime/Train/Summary.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <vector>

namespace ingot::runtime {
namespace {

std::string golden(const std::string &name) {
  std::ifstream file(std::string(INGOT_TEST_INPUTS "/summaries/") + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A model of these rows whose weights are one parameter of each role.
std::string summarize(const char *name, const std::vector<IngotLayer> &layers, int64_t trainable,
                      int64_t fixed, int64_t slots, SummaryStyle style) {
  IngotParameter parameters[3] = {};
  int64_t counts[] = {trainable, fixed, slots};
  for (uint32_t role = 0; role < 3; ++role) {
    parameters[role].role = role;
    parameters[role].rank = 1;
    parameters[role].shape[0] = counts[role];
  }
  IngotProgram program = {};
  program.model_name = name;
  program.layers = layers.data();
  program.layer_count = static_cast<uint32_t>(layers.size());
  program.parameters = parameters;
  program.parameter_count = 3;
  return summaryText(program, style);
}

TEST(Summary, tutorial) {
  std::vector<IngotLayer> layers = {{"input_layer", "InputLayer", "(None, 28, 28, 1)", 0, 1, 1, ""},
                                    {"conv2d", "Conv2D", "(None, 13, 13, 32)", 320, 0, 1, ""},
                                    {"conv2d_1", "Conv2D", "(None, 6, 6, 64)", 18496, 0, 1, ""},
                                    {"conv2d_2", "Conv2D", "(None, 2, 2, 128)", 73856, 0, 1, ""},
                                    {"flatten", "Flatten", "(None, 512)", 0, 0, 1, ""},
                                    {"dense", "Dense", "(None, 512)", 262656, 0, 1, ""},
                                    {"dense_1", "Dense", "(None, 10)", 5130, 0, 1, ""}};
  EXPECT_EQ(summarize("functional", layers, 360458, 0, 0, {80}), golden("fashion_cnn.80.txt"));
  EXPECT_EQ(summarize("functional", layers, 360458, 0, 0, {100}), golden("fashion_cnn.100.txt"));
}

TEST(Summary, trained) {
  std::vector<IngotLayer> layers = {{"dense", "Dense", "(None, 3)", 15, 0, 1, ""}};
  EXPECT_EQ(summarize("sequential", layers, 15, 0, 30, {80, false, true}),
            golden("trained.80.txt"));
}

TEST(Summary, wrappedAndCut) {
  std::vector<IngotLayer> layers = {
      {"conv2d", "Conv2D", "(None, 6, 6, 4)", 40, 0, 1, ""},
      {"batch_normalization", "BatchNormalization", "(None, 6, 6, 4)", 16, 0, 1, ""},
      {"flatten", "Flatten", "(None, 144)", 0, 0, 1, ""},
      {"dense", "Dense", "(None, 10)", 1450, 0, 1, ""}};
  EXPECT_EQ(summarize("sequential", layers, 1458, 48, 0, {80}), golden("frozen.80.txt"));
}

TEST(Summary, severalWays) {
  std::vector<IngotLayer> layers = {
      {"image", "InputLayer", "(None, 8, 8, 3)", 0, 1, 1, "-"},
      {"conv2d", "Conv2D", "(None, 8, 8, 4)", 112, 0, 1, "image[0][0]"},
      {"conv2d_1", "Conv2D", "(None, 8, 8, 4)", 16, 0, 1, "image[0][0]"},
      {"add", "Add", "(None, 8, 8, 4)", 0, 0, 1, "conv2d[0][0], conv2d_1[0][0]"},
      {"flatten", "Flatten", "(None, 256)", 0, 0, 1, "add[0][0]"},
      {"input_layer", "InputLayer", "(None, 4)", 0, 1, 1, "-"},
      {"concatenate", "Concatenate", "(None, 260)", 0, 0, 1, "flatten[0][0], input_layer[0][0]"},
      {"dense", "Dense", "(None, 10)", 2610, 0, 1, "concatenate[0][0]"}};
  auto text = [&](SummaryStyle style) {
    return summarize("functional", layers, 2738, 0, 0, style);
  };
  EXPECT_EQ(text({80}), golden("two_inputs.80.txt"));
  EXPECT_EQ(text({100}), golden("two_inputs.100.txt"));
  EXPECT_EQ(text({80, true}), golden("two_inputs.terminal.txt"));
}

TEST(Summary, models) {
  std::vector<IngotLayer> layers = {{"base", "Sequential", "(None, 3, 3, 4)", 40, 0, 1, ""},
                                    {"flatten", "Flatten", "(None, 36)", 0, 0, 1, ""},
                                    {"dense", "Dense", "(None, 10)", 370, 0, 1, ""}};
  EXPECT_EQ(summarize("sequential", layers, 410, 0, 0, {80}), golden("nested.80.txt"));
}

} // namespace
} // namespace ingot::runtime
