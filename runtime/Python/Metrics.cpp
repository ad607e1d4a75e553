// sklearn.metrics of labels and predicted labels (scikit-learn's sklearn/metrics/_classification.py
// says what each computes): whole numbers alone.

#include "runtime/Python/Functions.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Python/Text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace ingot::runtime {

namespace {

std::vector<int64_t> labelsOf(const Value &value, const char *what) {
  NdArray array = asArray(value);
  bool column = array.shape.size() == 2 && array.shape[1] == 1;
  if (array.shape.size() != 1 && !column)
    throw PythonError{fmt::format(
        "ValueError: {} must be a list of labels, and its shape is {}; argmax(axis=1) turns "
        "probabilities into labels",
        what, shapeText(array.shape))};
  if (isFloating(array.dtype))
    for (int64_t i = 0; i < array.size(); ++i)
      if (double number = array.item(i).number(); number != std::floor(number))
        throw PythonError{
            "ValueError: Classification metrics can't handle a mix of multiclass and continuous "
            "targets"};
  NdArray whole = converted(array, Dtype::Int64);
  return {whole.as<int64_t>(), whole.as<int64_t>() + whole.size()};
}

/// How often each label was predicted for each label.
struct Confusion {
  std::vector<int64_t> truth, predicted;
  std::vector<int64_t> labels; // sorted, or as given
  std::vector<std::vector<int64_t>> counts;
  bool allLabels = true; // no label that occurs is left out

  Confusion(const Value &trueLabels, const Value &predictedLabels, const Value &given)
      : truth(labelsOf(trueLabels, "y_true")), predicted(labelsOf(predictedLabels, "y_pred")) {
    if (truth.size() != predicted.size())
      throw PythonError{fmt::format("ValueError: Found input variables with inconsistent numbers "
                                    "of samples: [{}, {}]",
                                    truth.size(), predicted.size())};
    std::vector<int64_t> present = truth;
    present.insert(present.end(), predicted.begin(), predicted.end());
    std::sort(present.begin(), present.end());
    present.erase(std::unique(present.begin(), present.end()), present.end());
    labels = given.isNone() ? present : labelsOf(given, "labels");
    for (int64_t label : present)
      allLabels &= positionOf(label) >= 0;
    counts.assign(labels.size(), std::vector<int64_t>(labels.size(), 0));
    for (size_t i = 0; i < truth.size(); ++i) {
      int64_t row = positionOf(truth[i]), column = positionOf(predicted[i]);
      if (row >= 0 && column >= 0)
        ++counts[static_cast<size_t>(row)][static_cast<size_t>(column)];
    }
  }

  int64_t positionOf(int64_t label) const {
    auto found = std::find(labels.begin(), labels.end(), label);
    return found == labels.end() ? -1 : found - labels.begin();
  }
};

/// 0 where there is nothing to divide by, as scikit-learn (which warns).
double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

/// numpy.average.
double average(const std::vector<double> &values, const std::vector<double> &weights) {
  double sum = std::inner_product(values.begin(), values.end(), weights.begin(), 0.0);
  return ratio(sum, std::accumulate(weights.begin(), weights.end(), 0.0));
}

/// Precision, recall, F1 and support of each label.
struct Scores {
  std::vector<double> precision, recall, f1, support;
  double hits = 0, predictions = 0, total = 0; // over all labels

  explicit Scores(const Confusion &confusion) {
    for (size_t i = 0; i < confusion.labels.size(); ++i) {
      int64_t label = confusion.labels[i];
      auto count = [&](const std::vector<int64_t> &in) {
        return static_cast<double>(std::count(in.begin(), in.end(), label));
      };
      double hit = static_cast<double>(confusion.counts[i][i]);
      double predicted = count(confusion.predicted), samples = count(confusion.truth);
      precision.push_back(ratio(hit, predicted));
      recall.push_back(ratio(hit, samples));
      f1.push_back(ratio(2 * hit, samples + predicted));
      support.push_back(samples);
      hits += hit;
      predictions += predicted;
      total += samples;
    }
  }
};

Value floats(const std::vector<double> &values, std::vector<int64_t> shape) {
  NdArray array = newArray(Dtype::Float64, std::move(shape));
  std::copy(values.begin(), values.end(), array.fill<double>());
  return arrayValue(std::move(array));
}

/// confusion_matrix(y_true, y_pred, labels, normalize).
Value confusionMatrix(Arguments a) {
  Confusion confusion(a[0], a[1], a[2]);
  int64_t size = static_cast<int64_t>(confusion.labels.size());
  NdArray matrix = newArray(Dtype::Int64, {size, size});
  int64_t *to = matrix.fill<int64_t>();
  for (const auto &row : confusion.counts)
    to = std::copy(row.begin(), row.end(), to);
  if (a[3].isNone())
    return arrayValue(std::move(matrix));
  std::string how = str(a[3]);
  if (how != "true" && how != "pred" && how != "all")
    throw PythonError{"ValueError: normalize must be one of {'true', 'pred', 'all', None}"};
  std::vector<double> shares;
  for (int64_t i = 0; i < size; ++i)
    for (int64_t j = 0; j < size; ++j) {
      int64_t whole = 0;
      for (int64_t k = 0; k < size; ++k)
        for (int64_t l = 0; l < size; ++l)
          if ((how != "true" || k == i) && (how != "pred" || l == j))
            whole += matrix.as<int64_t>()[k * size + l];
      shares.push_back(ratio(static_cast<double>(matrix.as<int64_t>()[i * size + j]),
                             static_cast<double>(whole)));
    }
  return floats(shares, {size, size});
}

/// accuracy_score(y_true, y_pred, normalize).
Value accuracyScore(Arguments a) {
  Confusion confusion(a[0], a[1], PythonNone{});
  int64_t hits = 0;
  for (size_t i = 0; i < confusion.truth.size(); ++i)
    hits += confusion.truth[i] == confusion.predicted[i];
  if (!truth(a[2]))
    return static_cast<double>(hits);
  return static_cast<double>(hits) / static_cast<double>(confusion.truth.size());
}

enum class Score { Precision, Recall, F1 };

/// precision_score(y_true, y_pred, labels, pos_label, average), and the other two.
template <Score which> Value score(Arguments a) {
  Confusion confusion(a[0], a[1], a[2]);
  Scores scores(confusion);
  const std::vector<double> &values = which == Score::Precision ? scores.precision
                                      : which == Score::Recall  ? scores.recall
                                                                : scores.f1;
  if (a[4].isNone())
    return floats(values, {static_cast<int64_t>(values.size())});
  std::string how = str(a[4]);
  if (how == "macro")
    return average(values, std::vector<double>(values.size(), 1));
  if (how == "weighted")
    return average(values, scores.support);
  if (how == "micro")
    return which == Score::Precision ? ratio(scores.hits, scores.predictions)
           : which == Score::Recall  ? ratio(scores.hits, scores.total)
                                     : ratio(2 * scores.hits, scores.predictions + scores.total);
  if (how != "binary")
    throw PythonError{fmt::format("ValueError: average must be None, 'binary', 'micro', 'macro' or "
                                  "'weighted', not '{}'",
                                  how)};
  if (confusion.labels.size() > 2)
    throw PythonError{
        "ValueError: Target is multiclass but average='binary'. Please choose another "
        "average setting, one of [None, 'micro', 'macro', 'weighted']."};
  int64_t at = confusion.positionOf(plain(a[3]).integer());
  if (at < 0)
    throw PythonError{fmt::format("ValueError: pos_label={} is not a valid label", str(a[3]))};
  return values[static_cast<size_t>(at)];
}

//===- classification_report ------------------------------------------------------------------===//

class Report {
public:
  Report(Arguments a)
      : itsConfusion(a[0], a[1], a[2]), itsScores(itsConfusion), itsDigits(plain(a[4]).integer()) {
    if (a[3].isNone())
      for (int64_t label : itsConfusion.labels)
        itsNames.push_back(fmt::format("{}", label));
    else
      for (const Value &name : itemsOf(a[3]))
        itsNames.push_back(str(name));
    if (itsNames.size() != itsConfusion.labels.size())
      throw PythonError{fmt::format(
          "ValueError: Number of classes, {}, does not match size of target_names, {}. Try "
          "specifying the labels parameter",
          itsConfusion.labels.size(), itsNames.size())};
    for (const std::string &name : itsNames)
      itsWidth = std::max(itsWidth, charactersOf(name));
    itsWidth = std::max(itsWidth, static_cast<size_t>(itsDigits));
  }

  std::string text() {
    std::string text = heading("") + fmt::format("{:>9} {:>9} {:>9} {:>9}\n\n", "precision",
                                                 "recall", "f1-score", "support");
    for (size_t i = 0; i < itsNames.size(); ++i)
      text += row(itsNames[i], itsScores.precision[i], itsScores.recall[i], itsScores.f1[i],
                  itsScores.support[i]);
    text += "\n";
    std::vector<double> same(itsNames.size(), 1);
    double hits = itsScores.hits, predictions = itsScores.predictions, total = itsScores.total;
    if (itsConfusion.allLabels)
      text += heading("accuracy") + fmt::format("{:>9} {:>9} {:>9.{}f} {:>9}\n", "", "",
                                                ratio(hits, total), itsDigits,
                                                static_cast<int64_t>(total));
    else
      text += row("micro avg", ratio(hits, predictions), ratio(hits, total),
                  ratio(2 * hits, predictions + total), total);
    text += averages("macro avg", same);
    return text + averages("weighted avg", itsScores.support);
  }

private:
  static size_t charactersOf(const std::string &text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
  }
  std::string heading(const std::string &name) const {
    size_t has = charactersOf(name);
    return std::string(itsWidth > has ? itsWidth - has : 0, ' ') + name + "  ";
  }
  std::string row(const std::string &name, double precision, double recall, double f1,
                  double support) const {
    return heading(name) + fmt::format("{:>9.{}f} {:>9.{}f} {:>9.{}f} {:>9}\n", precision,
                                       itsDigits, recall, itsDigits, f1, itsDigits,
                                       static_cast<int64_t>(support));
  }
  std::string averages(const std::string &name, const std::vector<double> &weights) const {
    return row(name, average(itsScores.precision, weights), average(itsScores.recall, weights),
               average(itsScores.f1, weights), itsScores.total);
  }

  Confusion itsConfusion;
  Scores itsScores;
  int64_t itsDigits;
  std::vector<std::string> itsNames;
  size_t itsWidth = std::string("weighted avg").size();
};

/// classification_report(y_true, y_pred, labels, target_names, digits).
Value classificationReport(Arguments a) { return Report(a).text(); }

constexpr Function functions[] = {
    {"sklearn.metrics.confusion_matrix", 4, 4, confusionMatrix},
    {"sklearn.metrics.accuracy_score", 3, 3, accuracyScore},
    {"sklearn.metrics.precision_score", 5, 5, score<Score::Precision>},
    {"sklearn.metrics.recall_score", 5, 5, score<Score::Recall>},
    {"sklearn.metrics.f1_score", 5, 5, score<Score::F1>},
    {"sklearn.metrics.classification_report", 5, 5, classificationReport},
};

} // namespace

std::span<const Function> metricFunctions() { return functions; }

} // namespace ingot::runtime
