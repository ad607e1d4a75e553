// TensorFlow's functions of arrays, where they are not NumPy's, and Keras's losses of arrays: in
// float32, as both compute.

#include "runtime/Python/Functions.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Python/Text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

NdArray floats(const Value &value) { return converted(asArray(value), Dtype::Float32); }

/// A copy of the elements in rows along the last dimension.
struct Rows {
  explicit Rows(const NdArray &array)
      : elements(array.as<float>(), array.as<float>() + array.size()),
        length(array.shape.empty() ? 1 : array.shape.back()),
        count(length ? array.size() / length : 0) {}
  float *row(int64_t i) { return elements.data() + i * length; }

  std::vector<float> elements;
  int64_t length, count;
};

void softmaxRow(float *row, int64_t length) {
  float greatest = *std::max_element(row, row + length), sum = 0;
  for (int64_t i = 0; i < length; ++i)
    sum += row[i] = std::exp(row[i] - greatest);
  for (int64_t i = 0; i < length; ++i)
    row[i] /= sum;
}

Value arrayOf(const std::vector<float> &elements, const std::vector<int64_t> &shape) {
  NdArray result = newArray(Dtype::Float32, shape);
  std::copy(elements.begin(), elements.end(), result.fill<float>());
  return arrayValue(std::move(result));
}

/// softmax along the last axis.
Value softmax(Arguments a) {
  NdArray array = floats(a[0]);
  if (array.shape.empty())
    throw PythonError{"ValueError: softmax needs an array with dimensions"};
  Rows rows(array);
  for (int64_t i = 0; i < rows.count; ++i)
    softmaxRow(rows.row(i), rows.length);
  return arrayOf(rows.elements, array.shape);
}

template <typename F> Value mapped(Arguments a, F function) {
  NdArray array = floats(a[0]);
  Rows rows(array);
  for (float &x : rows.elements)
    x = function(x);
  return arrayOf(rows.elements, array.shape);
}

/// tf.constant(value, dtype): Python's numbers become float32 and int32, arrays keep their type.
Value constant(Arguments a) {
  NdArray array = asArray(a[0]);
  if (!a[1].isNone())
    array = converted(array, dtypeFrom(a[1]));
  else if (!a[0].array() && (array.dtype == Dtype::Float64 || array.dtype == Dtype::Int64))
    array = converted(array, array.dtype == Dtype::Float64 ? Dtype::Float32 : Dtype::Int32);
  return arrayValue(std::move(array));
}

/// tf.argmax(input, axis): along the first axis where none is given.
Value argmax(Arguments a) {
  return callBuiltin("numpy.argmax",
                     std::vector<Value>{a[0], a[1].isNone() ? Value(int64_t(0)) : a[1], false});
}

/// tf.math.confusion_matrix(labels, predictions, num_classes): int32, as many classes as occur
/// where none are given.
Value confusionMatrix(Arguments a) {
  NdArray labels = converted(asArray(a[0]), Dtype::Int64),
          predictions = converted(asArray(a[1]), Dtype::Int64);
  if (labels.size() != predictions.size())
    throw PythonError{
        fmt::format("ValueError: {} labels and {} predictions", labels.size(), predictions.size())};
  int64_t classes = 0;
  for (const NdArray *each : {&labels, &predictions})
    for (int64_t i = 0; i < each->size(); ++i) {
      if (each->as<int64_t>()[i] < 0)
        throw PythonError{"ValueError: a label is negative"};
      classes = std::max(classes, each->as<int64_t>()[i] + 1);
    }
  if (!a[2].isNone() && plain(a[2]).integer() < classes)
    throw PythonError{fmt::format("ValueError: a label is {}, and num_classes is {}", classes - 1,
                                  plain(a[2]).integer())};
  classes = a[2].isNone() ? classes : plain(a[2]).integer();
  constexpr int64_t most = 20000; // 1.6 GB
  if (classes > most)
    throw PythonError{fmt::format("ValueError: a matrix of {} classes is too large", classes)};
  NdArray matrix = newArray(Dtype::Int32, {classes, classes});
  std::fill_n(matrix.fill<int32_t>(), classes * classes, 0);
  for (int64_t i = 0; i < labels.size(); ++i)
    ++matrix.fill<int32_t>()[labels.as<int64_t>()[i] * classes + predictions.as<int64_t>()[i]];
  return arrayValue(std::move(matrix));
}

/// str() of a tensor: "tf.Tensor([1 2], shape=(2,), dtype=int64)", the elements on lines of their
/// own where they take several (tensorflow/python/framework/ops.py).
Value tensorText(Arguments a) {
  NdArray array = asArray(a[0]);
  std::string elements = array.shape.empty() ? str(arrayValue(array)) : arrayText(array);
  if (array.shape.size() > 1)
    elements = "\n" + elements;
  const char *type = array.dtype == Dtype::Bool ? "bool" : dtypeName(array.dtype);
  return fmt::format("tf.Tensor({}, shape={}, dtype={})", elements, shapeText(array.shape), type);
}

//===- Losses ---------------------------------------------------------------------------------===//

constexpr float kEpsilon = 1e-7F; // keras.config.epsilon()

Value meanOf(const std::vector<float> &losses) {
  double sum = 0;
  for (float loss : losses)
    sum += loss;
  return scalarValue<float>(
      Dtype::Float32,
      static_cast<float>(sum / static_cast<double>(std::max<size_t>(losses.size(), 1))));
}

/// The logarithm of each probability: of logits, or of probabilities as Keras scales and clips
/// them.
void logProbabilities(float *row, int64_t length, bool logits) {
  float greatest = *std::max_element(row, row + length), sum = 0;
  for (int64_t i = 0; i < length; ++i)
    sum += logits ? std::exp(row[i] - greatest) : row[i];
  for (int64_t i = 0; i < length; ++i)
    row[i] = logits ? row[i] - greatest - std::log(sum)
                    : std::log(std::clamp(row[i] / sum, kEpsilon, 1 - kEpsilon));
}

void checkCounts(int64_t labels, int64_t predictions) {
  if (labels != predictions)
    throw PythonError{
        fmt::format("ValueError: there are {} labels for {} predictions", labels, predictions)};
}

/// (y_true, y_pred, from_logits) (keras/src/losses/losses.py).
Value sparseCrossentropy(Arguments a) {
  NdArray labels = converted(asArray(a[0]), Dtype::Int64);
  Rows rows(floats(a[1]));
  checkCounts(labels.size(), rows.count);
  std::vector<float> losses;
  for (int64_t i = 0; i < rows.count; ++i) {
    int64_t label = labels.as<int64_t>()[i];
    if (label < 0 || label >= rows.length)
      throw PythonError{
          fmt::format("ValueError: the label {} is none of {} classes", label, rows.length)};
    logProbabilities(rows.row(i), rows.length, truth(a[2]));
    losses.push_back(-rows.row(i)[label]);
  }
  return meanOf(losses);
}

Value categoricalCrossentropy(Arguments a) {
  Rows labels(floats(a[0])), rows(floats(a[1]));
  checkCounts(static_cast<int64_t>(labels.elements.size()),
              static_cast<int64_t>(rows.elements.size()));
  std::vector<float> losses;
  for (int64_t i = 0; i < rows.count; ++i) {
    logProbabilities(rows.row(i), rows.length, truth(a[2]));
    float loss = 0;
    for (int64_t j = 0; j < rows.length; ++j)
      loss -= labels.row(i)[j] * rows.row(i)[j];
    losses.push_back(loss);
  }
  return meanOf(losses);
}

Value binaryCrossentropy(Arguments a) {
  Rows labels(floats(a[0])), rows(floats(a[1]));
  checkCounts(static_cast<int64_t>(labels.elements.size()),
              static_cast<int64_t>(rows.elements.size()));
  std::vector<float> losses;
  for (size_t i = 0; i < rows.elements.size(); ++i) {
    float p = rows.elements[i], y = labels.elements[i];
    if (truth(a[2])) { // keras/src/backend/tensorflow/nn.py, binary_crossentropy
      losses.push_back(std::max(p, 0.0F) - p * y + std::log1p(std::exp(-std::abs(p))));
      continue;
    }
    p = std::clamp(p, kEpsilon, 1 - kEpsilon);
    losses.push_back(-(y * std::log(p) + (1 - y) * std::log(1 - p)));
  }
  return meanOf(losses);
}

template <bool squared> Value meanError(Arguments a) {
  Rows labels(floats(a[0])), rows(floats(a[1]));
  checkCounts(static_cast<int64_t>(labels.elements.size()),
              static_cast<int64_t>(rows.elements.size()));
  std::vector<float> losses;
  for (size_t i = 0; i < rows.elements.size(); ++i) {
    float difference = rows.elements[i] - labels.elements[i];
    losses.push_back(squared ? difference * difference : std::abs(difference));
  }
  return meanOf(losses);
}

constexpr Function functions[] = {
    {"tensorflow.constant", 2, 2, constant},
    {"tensorflow.argmax", 2, 2, argmax},
    {"tensorflow.math.confusion_matrix", 3, 3, confusionMatrix},
    {"tensorflow.str", 1, 1, tensorText},
    {"keras.activations.softmax", 1, 1, softmax},
    {"keras.activations.sigmoid", 1, 1,
     [](Arguments a) { return mapped(a, [](float x) { return 1 / (1 + std::exp(-x)); }); }},
    {"keras.activations.relu", 1, 1,
     [](Arguments a) { return mapped(a, [](float x) { return std::max(x, 0.0F); }); }},
    {"keras.losses.SparseCategoricalCrossentropy", 3, 3, sparseCrossentropy},
    {"keras.losses.CategoricalCrossentropy", 3, 3, categoricalCrossentropy},
    {"keras.losses.BinaryCrossentropy", 3, 3, binaryCrossentropy},
    {"keras.losses.MeanSquaredError", 3, 3, meanError<true>},
    {"keras.losses.MeanAbsoluteError", 3, 3, meanError<false>},
};

} // namespace

std::span<const Function> tensorFunctions() { return functions; }

} // namespace ingot::runtime
