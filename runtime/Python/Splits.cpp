// Splits of samples as scikit-learn makes them; which sample falls to which part is Ingot's own
// chance.

#include "runtime/Python/Splits.h"

#include "runtime/Core/Philox.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Python/Random.h"
#include "runtime/Python/Text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

namespace ingot::runtime {

namespace {

/// 0 .. count - 1 in a random order; with a seed always in the same.
std::vector<int64_t> randomOrder(int64_t count, const Value &seed) {
  uint64_t key = seed.isNone() ? nextRandomBits() : static_cast<uint64_t>(plain(seed).integer());
  RandomStream stream(key, RandomPurpose::Script, 1);
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (uint64_t last = order.size(); last > 1; --last) {
    auto product = static_cast<unsigned __int128>(stream.bits(last)) * last;
    std::swap(order[last - 1], order[static_cast<size_t>(product >> 64)]);
  }
  return order;
}

Value listOf(std::span<const int64_t> numbers) {
  return makeSequence(PythonSequence::List, {numbers.begin(), numbers.end()});
}

/// How many of `count` samples a size means: a share, rounded up for the test's part and down for
/// the training's, or a number of them.
int64_t sizeOfPart(const Value &size, int64_t count, bool test) {
  double given = plain(size).number();
  bool isShare = given > 0 && given < 1;
  double part = isShare ? given * static_cast<double>(count) : given;
  auto result = static_cast<int64_t>(test ? std::ceil(part) : std::floor(part));
  if (result < 1 || result >= count)
    throw PythonError{fmt::format("ValueError: a part of {} of {} samples leaves one part empty",
                                  str(size), count)};
  return result;
}

/// The order, each class spread evenly over it, so that any stretch has its share of each.
std::vector<int64_t> stratified(const std::vector<int64_t> &order, const Value &labels) {
  NdArray numbers = converted(asArray(labels), Dtype::Float64);
  if (numbers.size() != static_cast<int64_t>(order.size()))
    throw PythonError{"ValueError: stratify needs a label for each sample"};
  std::map<double, std::vector<int64_t>> classes;
  for (int64_t position : order)
    classes[numbers.as<double>()[position]].push_back(position);
  std::vector<std::pair<double, int64_t>> places;
  for (const auto &[label, positions] : classes)
    for (size_t i = 0; i < positions.size(); ++i)
      places.emplace_back((static_cast<double>(i) + 0.5) / static_cast<double>(positions.size()),
                          positions[i]);
  std::sort(places.begin(), places.end());
  std::vector<int64_t> result;
  for (const auto &[place, position] : places)
    result.push_back(position);
  return result;
}

/// The positions of both parts. Operands: how many samples, test_size, train_size, random_state,
/// shuffle, stratify (labels).
Value trainTestSplit(Arguments a) {
  int64_t count = plain(a[0]).integer();
  int64_t test = !a[1].isNone()   ? sizeOfPart(a[1], count, true)
                 : !a[2].isNone() ? count - sizeOfPart(a[2], count, false)
                                  : sizeOfPart(0.25, count, true);
  int64_t train = a[2].isNone() ? count - test : sizeOfPart(a[2], count, false);
  if (train + test > count)
    throw PythonError{"ValueError: train_size and test_size are more than all samples"};
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  if (truth(a[4]))
    order = randomOrder(count, a[3]);
  if (!a[5].isNone())
    order = stratified(order, a[5]);
  std::span all(order);
  return makeSequence(PythonSequence::Tuple,
                      {listOf(all.first(static_cast<size_t>(train))),
                       listOf(all.subspan(static_cast<size_t>(train), static_cast<size_t>(test)))});
}

Value shuffledOrder(Arguments a) { return listOf(randomOrder(plain(a[0]).integer(), a[1])); }

constexpr Function functions[] = {
    {"sklearn.model_selection.train_test_split", 6, 6, trainTestSplit},
    {"sklearn.utils.shuffle", 2, 2, shuffledOrder},
};

} // namespace

std::span<const Function> splitFunctions() { return functions; }

} // namespace ingot::runtime
