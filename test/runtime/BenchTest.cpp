// What `bench` prints; not how fast anything is.

#include "runtime/Train/Bench.h"
#include "runtime/Core/Error.h"
#include "runtime/Device/PeakMeter.h"
#include "runtime/Train/Session.h"
#include "test/runtime/ToyProgram.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace ingot::runtime;
using namespace ingot::test;

static std::string benchOf(Session &session, bool json) {
  testing::internal::CaptureStdout();
  runBench(session, {json});
  return testing::internal::GetCapturedStdout();
}

TEST(Bench, PeakIsPlausible) {
  Peak peak = measurePeak();
  EXPECT_GT(peak.flopsPerSecond, 1e8);
  EXPECT_LT(peak.flopsPerSecond, 1e13);
}

TEST(Bench, JsonWithSamples) {
  ToySamples training(53), testing(21, 2);
  SessionOptions options;
  options.threads = 1;
  Session session(toyProgram(), options);
  session.setArray(0, {training.images.data(), 53});
  session.setArray(1, {training.labels.data(), 53});
  session.setArray(2, {testing.images.data(), 21});
  session.setArray(3, {testing.labels.data(), 21});
  session.initialize();
  auto json = nlohmann::json::parse(benchOf(session, true));
  EXPECT_EQ(json["kernels"].size(), 8u);
  EXPECT_EQ(json["kernels"][2]["name"], "dense");
  EXPECT_GT(json["kernels"][2]["seconds"], 0.0);
  EXPECT_GT(json["kernels"][2]["percent_of_peak"], 0.0);
  EXPECT_GT(json["step"]["seconds"], 0.0);
  EXPECT_EQ(json["step"]["flops"], 8 << 20);
  EXPECT_EQ(json["epoch"]["steps"], 7);
  EXPECT_EQ(json["epoch"]["samples"], 53);
  EXPECT_EQ(json["evaluation"]["steps"], 3);
}

TEST(Bench, TableWithoutSamples) {
  Session session(toyProgram(), {});
  session.initialize();
  std::string text = benchOf(session, false);
  EXPECT_NE(text.find("dense.grad_kernel"), std::string::npos) << text;
  EXPECT_NE(text.find("of peak"), std::string::npos);
  EXPECT_EQ(text.find("epoch"), std::string::npos);
}

TEST(Bench, NothingToTrain) {
  ToyCopy copy;
  copy.entries.erase(copy.entries.begin());
  copy.program.entries = copy.entries.data();
  copy.program.entry_count = 2;
  Session session(copy.program, {});
  EXPECT_THROW(runBench(session, {}), Error);
}
