// The progress bar and Python's texts against what Keras and Python printed.

#include "runtime/Python/Text.h"
#include "runtime/Train/ProgressBar.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ingot::runtime {
namespace {

using Json = nlohmann::ordered_json;

Json golden() { return Json::parse(std::ifstream(INGOT_TEST_INPUTS "/progress.json")); }

TEST(ProgressBar, drawsWhatKerasDraws) {
  int replayed = 0;
  const Json file = golden();
  for (const Json &test : file["cases"]) {
    if (test["target"].is_null())
      continue; // arrays always have a number of steps
    auto style = test["verbose"] == 1 ? ProgressBar::Style::Bar : ProgressBar::Style::Line;
    ProgressBar bar(style, test["target"], 0);
    for (const Json &update : test["updates"]) {
      std::vector<std::string> names;
      std::vector<MetricValue> values;
      for (const auto &[name, value] : update["values"].items())
        names.push_back(name);
      size_t i = 0;
      for (const auto &[name, value] : update["values"].items())
        values.push_back({names[i++].c_str(), value.get<double>()});
      bool last = &update == &test["updates"].back();
      EXPECT_EQ(bar.update(update["current"], values, update["seconds"], last),
                update["text"].get<std::string>())
          << test["name"];
      ++replayed;
    }
  }
  EXPECT_GT(replayed, 20);
}

TEST(ProgressBar, showsNumbersAsKerasDoes) {
  const Json file = golden();
  for (const Json &number : file["numbers"]) {
    double value = number["value"].is_string() ? std::stod(number["value"].get<std::string>())
                                               : number["value"].get<double>();
    EXPECT_EQ(metricText(value, ProgressBar::Style::Bar), number["verbose_1"].get<std::string>());
    EXPECT_EQ(metricText(value, ProgressBar::Style::Line), number["verbose_2"].get<std::string>());
  }
}

TEST(PythonText, floats) {
  EXPECT_EQ(floatText(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(floatText(1e-5), "1e-05");
  EXPECT_EQ(floatText(1e16), "1e+16");
  EXPECT_EQ(floatText(1e15), "1000000000000000.0");
  EXPECT_EQ(floatText(100000), "100000.0");
  EXPECT_EQ(floatText(0.0001), "0.0001");
  EXPECT_EQ(floatText(1.5e300), "1.5e+300");
  EXPECT_EQ(floatText(-0.0), "-0.0");
  EXPECT_EQ(floatText(0.8f), "0.800000011920929");
}

TEST(PythonText, formats) {
  EXPECT_EQ(formatValue(0.9, ".2%"), "90.00%");
  EXPECT_EQ(formatValue(123.0, ".3"), "1.23e+02");
  EXPECT_EQ(formatValue(3.0, ".3"), "3.0");
  EXPECT_EQ(formatValue(0.0, ".1"), "0.0");
  EXPECT_EQ(formatValue(1234567.891, ",.2f"), "1,234,567.89");
  EXPECT_EQ(formatValue(int64_t(1234), "06,"), "01,234");
  EXPECT_EQ(formatValue(int64_t(123), "05,"), "0,123");
  EXPECT_EQ(formatValue(int64_t(-5), "=+6d"), "-    5");
  EXPECT_EQ(formatValue(int64_t(255), "#010x"), "0x000000ff");
  EXPECT_EQ(formatValue(std::string("ab"), "*^7"), "**ab***");
  EXPECT_EQ(formatValue(true, "d"), "1");
  EXPECT_EQ(formatValue(-0.0001, "z.1f"), "0.0");
  EXPECT_EQ(formatValue(1e10, "g"), "1e+10");
  EXPECT_THROW(formatValue(std::string("a"), "d"), PythonError);
  EXPECT_THROW(formatValue(1.5, "d"), PythonError);
}

TEST(PythonValue, arithmetic) {
  EXPECT_EQ(repr(binary("//", int64_t(-7), int64_t(2))), "-4");
  EXPECT_EQ(repr(binary("%", int64_t(-7), int64_t(2))), "1");
  EXPECT_EQ(repr(binary("%", -1.0, 3.0)), "2.0");
  EXPECT_EQ(repr(binary("/", int64_t(1), int64_t(2))), "0.5");
  EXPECT_EQ(repr(binary("**", int64_t(2), int64_t(-1))), "0.5");
  EXPECT_THROW(binary("*", INT64_MAX, int64_t(2)), PythonError);
  EXPECT_THROW(binary("+", std::string("a"), int64_t(1)), PythonError);
  EXPECT_THROW(binary("/", 1.0, int64_t(0)), PythonError);
}

} // namespace
} // namespace ingot::runtime
