// The table of the published data sets, and what is known of their elements.

#include "compiler/Import/NumPy/Datasets.h"

#include "compiler/Import/NumPy/Arrays.h"

#include <algorithm>
#include <cmath>

namespace ingot::import {

namespace {
struct Dataset {
  std::string_view name, reader;
  std::vector<int64_t> image, label;
  int64_t classes, train, test;
};

const std::vector<Dataset> &datasets() {
  static const std::vector<Dataset> all = {
      {"fashion_mnist", "idx", {28, 28}, {}, 10, 60000, 10000},
      {"mnist", "idx", {28, 28}, {}, 10, 60000, 10000},
      {"cifar10", "cifar", {32, 32, 3}, {1}, 10, 50000, 10000},
      {"cifar100", "cifar", {32, 32, 3}, {1}, 100, 50000, 10000}};
  return all;
}

/// Mean and standard deviation of a published data set's pixels, as NumPy gives them for all
/// elements.
struct Moments {
  std::string_view source;
  bool test;
  double mean, deviation;
};
constexpr Moments publishedMoments[] = {
    {"fashion_mnist", false, 72.94035223214286, 90.02118235130526},
    {"fashion_mnist", true, 73.14656658163265, 89.8732590780972},
    {"mnist", false, 33.318421449829934, 78.56748998339798},
    {"cifar10", false, 120.70756512369792, 64.1500758911213}};
} // namespace

Value loadDataset(Evaluator &evaluator, const std::string &name, SourceRange range) {
  for (const Dataset &dataset : datasets()) {
    if (dataset.name != name)
      continue;
    auto part = [&](bool test) {
      std::vector<Value> pair;
      for (bool labels : {false, true}) {
        auto *array = evaluator.heap.make<ArrayObject>();
        array->buffer = std::make_shared<SampleBuffer>();
        Array &description = array->buffer->array;
        description.reader = dataset.reader;
        description.source = name;
        description.key = labels ? "labels" : "images";
        description.labels = labels;
        description.test = test;
        description.source_shape = labels ? dataset.label : dataset.image;
        description.source_dtype = description.dtype =
            labels && name.starts_with("cifar100") ? "int64" : "uint8";
        description.classes = labels ? dataset.classes : 0;
        array->shape = description.source_shape;
        array->origin = range;
        pair.emplace_back(array);
      }
      return evaluator.heap.tuple(std::move(pair));
    };
    return evaluator.heap.tuple({part(false), part(true)});
  }
  return {};
}

int64_t publishedSamples(const Array &array) {
  for (const Dataset &dataset : datasets())
    if (dataset.name == array.source)
      return array.test ? dataset.test : dataset.train;
  return 0;
}

bool mayLoseValues(const Array &description, const ArrayStep &step) {
  return !isFloating(step.dtype) &&
         (step.kind != ArrayStep::Cast || &step != &description.steps.front());
}

std::optional<double> publishedExtreme(const Array &description, bool greatest) {
  if (description.gaps || (description.reader == "numpy" && !description.classes))
    return std::nullopt;
  double low = 0, high = description.one_hot   ? 1
                         : description.classes ? static_cast<double>(description.classes - 1)
                                               : 255;
  for (const ArrayStep &step : description.steps) {
    if (step.values >= 0 || mayLoseValues(description, step))
      return std::nullopt;
    auto rounded = [&](double x) {
      return step.dtype == "float32" ? static_cast<double>(static_cast<float>(x)) : x;
    };
    auto apply = [&](double x) {
      double c = rounded(step.constant);
      switch (step.kind) {
      case ArrayStep::Add:
        return x + c;
      case ArrayStep::Subtract:
        return x - c;
      case ArrayStep::Multiply:
        return x * c;
      case ArrayStep::Divide:
        return x / c;
      case ArrayStep::ReverseSubtract:
        return c - x;
      case ArrayStep::ReverseDivide:
        return c / x;
      case ArrayStep::Cast:
        break;
      }
      return x;
    };
    low = rounded(apply(low));
    high = rounded(apply(high));
  }
  return greatest ? std::max(low, high) : std::min(low, high);
}

std::optional<Value> publishedMoment(Evaluator &evaluator, const ArrayObject &array,
                                     bool deviation) {
  const Array &description = array.buffer->array;
  auto found = std::find_if(
      std::begin(publishedMoments), std::end(publishedMoments), [&](const Moments &row) {
        return row.source == description.source && row.test == description.test;
      });
  if (found == std::end(publishedMoments) || !array.isWhole() || description.labels)
    return std::nullopt;
  double mean = found->mean, spread = found->deviation;
  for (const ArrayStep &step : description.steps) {
    if (step.values >= 0 || mayLoseValues(description, step))
      return std::nullopt;
    double c = step.constant;
    switch (step.kind) {
    case ArrayStep::Add:
      mean += c;
      break;
    case ArrayStep::Subtract:
      mean -= c;
      break;
    case ArrayStep::ReverseSubtract:
      mean = c - mean;
      break;
    case ArrayStep::Multiply:
      mean *= c, spread *= std::fabs(c);
      break;
    case ArrayStep::Divide:
      mean /= c, spread /= std::fabs(c);
      break;
    case ArrayStep::Cast:
      break;
    case ArrayStep::ReverseDivide:
      return std::nullopt;
    }
  }
  double value = deviation ? spread : mean;
  bool single = description.dtype == "float32";
  return Value(evaluator.heap.make<ScalarObject>(
      single ? "float32" : "float64",
      single ? static_cast<double>(static_cast<float>(value)) : value));
}

} // namespace ingot::import
