// Training, evaluation and prediction of the toy program.

#include "runtime/Train/Session.h"
#include "runtime/Core/Error.h"
#include "runtime/Train/FitObserver.h"
#include "runtime/Train/SampleOrder.h"
#include "runtime/Train/SessionParts.h"
#include "test/runtime/ToyProgram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <unistd.h>

using namespace ingot::runtime;
using namespace ingot::test;

// Counts what C++ allocates, to show that steps do not.
static std::atomic<int64_t> allocations{0};

#if __has_feature(thread_sanitizer)
// It has these operators itself.
#define INGOT_COUNTS_ALLOCATIONS 0
#else
#define INGOT_COUNTS_ALLOCATIONS 1
void *operator new(size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void *memory = std::malloc(bytes ? bytes : 1))
    return memory;
  std::abort();
}
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, size_t) noexcept { std::free(memory); }
#endif

namespace {

class Observer : public FitObserver {
public:
  std::function<void(int64_t step)> atStep;
  std::vector<std::string> events;
  std::vector<MetricValue> logs;
  int64_t steps = 0;

  void onEpochBegin(int64_t epoch, int64_t epochs, int64_t count) override {
    events.push_back("begin " + std::to_string(epoch) + "/" + std::to_string(epochs) + " " +
                     std::to_string(count));
  }
  void onStep(int64_t step, int64_t, std::span<const MetricValue>) override {
    ++steps;
    if (atStep)
      atStep(step);
  }
  void onEpochEnd(std::span<const MetricValue> values) override {
    events.push_back("end");
    logs.assign(values.begin(), values.end());
  }
};

/// A session with samples, and a folder for its files.
struct Toy {
  explicit Toy(SessionOptions options = {}, const IngotProgram &program = toyProgram(),
               int64_t samples = 53)
      : training(samples, 1), testing(21, 2), session(program, options) {
    session.setArray(0, {training.images.data(), samples});
    session.setArray(1, {training.labels.data(), samples});
    session.setArray(2, {testing.images.data(), 21});
    session.setArray(3, {testing.labels.data(), 21});
    session.initialize();
  }

  std::vector<float> weights() const {
    std::vector<float> all;
    for (uint32_t i = 0; i < 3; ++i) {
      std::vector<float> one = session.weight(i);
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }

  ToySamples training, testing;
  Session session;
};

SessionOptions withThreads(int threads) {
  SessionOptions options;
  options.threads = threads;
  return options;
}

const std::vector<double> &column(const History &history, const std::string &name) {
  for (const History::Column &column : history.columns)
    if (column.name == name)
      return column.values;
  throw std::runtime_error("no column " + name);
}

} // namespace

TEST(SampleOrder, Permutations) {
  std::vector<int32_t> order(1000), again(1000), other(1000);
  orderShuffled(order, 3, 0);
  orderShuffled(again, 3, 0);
  orderShuffled(other, 3, 1);
  EXPECT_EQ(order, again);
  EXPECT_NE(order, other);
  std::sort(order.begin(), order.end());
  orderInSequence(other);
  EXPECT_EQ(order, other);
}

// Each of the six orders of three samples comes about as often.
TEST(SampleOrder, Fair) {
  std::map<std::vector<int32_t>, int> counts;
  for (int epoch = 0; epoch < 6000; ++epoch) {
    std::vector<int32_t> order(3);
    orderShuffled(order, 1, epoch);
    ++counts[order];
  }
  EXPECT_EQ(counts.size(), 6u);
  for (const auto &[order, count] : counts)
    EXPECT_NEAR(count, 1000, 5 * std::sqrt(1000.0));
}

TEST(Session, Learns) {
  Toy toy;
  Observer observer;
  FitOptions options;
  options.epochs = 30;
  History history = toy.session.fit(toy.session.program().fits[0], options, &observer);
  EXPECT_EQ(observer.events[0], "begin 0/30 7");
  EXPECT_EQ(observer.events[1], "end");
  EXPECT_EQ(observer.events.size(), 60u);
  EXPECT_EQ(observer.steps, 30 * 7);
  std::vector<std::string> names;
  for (const History::Column &column : history.columns)
    names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"accuracy", "loss", "val_accuracy", "val_loss"}));
  EXPECT_LT(column(history, "loss").back(), 0.6 * column(history, "loss").front());
  EXPECT_GT(column(history, "val_accuracy").back(), 0.9);
  // The last validation is what evaluate says.
  std::vector<MetricValue> values =
      toy.session.evaluate(toy.session.program().evaluations[0], &observer);
  ASSERT_EQ(values.size(), 2u);
  EXPECT_STREQ(values[0].name, "loss");
  EXPECT_EQ(values[0].value, column(history, "val_loss").back());
  EXPECT_EQ(values[1].value, column(history, "val_accuracy").back());
  EXPECT_EQ(observer.events[60], "begin 0/0 3");
  EXPECT_STREQ(observer.logs[0].name, "accuracy");
}

// The mean over samples, not over batches: the last of three batches has five rows.
TEST(Session, EvaluateWeighsBatchesByRows) {
  Toy toy;
  std::vector<float> outputs = toy.session.predict(2, std::nullopt);
  ASSERT_EQ(outputs.size(), 21u * 3);
  double sum = 0, hits = 0;
  for (int row = 0; row < 21; ++row) {
    const float *scores = &outputs[row * 3];
    int label = toy.testing.labels[row];
    for (int c = 0; c < 3; ++c)
      sum += std::pow(scores[c] - (label == c), 2);
    hits += std::max_element(scores, scores + 3) - scores == label;
  }
  std::vector<MetricValue> values =
      toy.session.evaluate(toy.session.program().evaluations[0], nullptr);
  EXPECT_NEAR(values[0].value, sum / 21, 1e-6);
  EXPECT_EQ(values[1].value, static_cast<float>(hits / 21));
}

TEST(Session, PredictsGivenImages) {
  Toy toy;
  std::vector<float> all = toy.session.predict(2, std::nullopt);
  std::vector<float> few = toy.session.predict(2, SampleView{toy.testing.images.data() + 8, 2});
  EXPECT_EQ(few, std::vector<float>(all.begin() + 6, all.begin() + 12));
  EXPECT_TRUE(toy.session.predict(2, SampleView{toy.testing.images.data(), 0}).empty());
}

static std::vector<float> trained(SessionOptions options, FitOptions fitOptions = {}) {
  Toy toy(options);
  toy.session.fit(toy.session.program().fits[0], fitOptions, nullptr);
  return toy.weights();
}

static bool sameBits(const std::vector<float> &a, const std::vector<float> &b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST(Session, SameBitsOnAnyNumberOfThreads) {
  std::vector<float> expected = trained(withThreads(1));
  for (int threads : {2, 3, 7})
    EXPECT_TRUE(sameBits(trained(withThreads(threads)), expected)) << threads;
}

TEST(Session, SeedAndShuffleMatter) {
  SessionOptions other;
  other.seed = 1;
  FitOptions inOrder;
  inOrder.shuffle = false;
  EXPECT_FALSE(sameBits(trained({}), trained(other)));
  EXPECT_FALSE(sameBits(trained({}), trained({}, inOrder)));
}

// Two fits of one epoch shuffle as one fit of two, whatever their epochs are called.
TEST(Session, FitsGoOn) {
  FitOptions two;
  two.epochs = 2;
  Toy toy;
  IngotFit fit = toy.session.program().fits[0];
  fit.epochs = 1;
  toy.session.fit(fit, {}, nullptr);
  toy.session.fit(fit, {}, nullptr);
  EXPECT_TRUE(sameBits(toy.weights(), trained({}, two)));
}

TEST(Session, InitialEpochGoesOn) {
  FitOptions two;
  two.epochs = 2;
  std::vector<float> expected = trained({}, two);
  Toy toy;
  IngotFit fit = toy.session.program().fits[0];
  fit.epochs = 1;
  toy.session.fit(fit, {}, nullptr);
  fit.initial_epoch = 1;
  fit.epochs = 2;
  History history = toy.session.fit(fit, {}, nullptr);
  EXPECT_EQ(column(history, "loss").size(), 1u);
  EXPECT_TRUE(sameBits(toy.weights(), expected));
}

TEST(Session, PoisonChangesNoBit) {
  for (int threads : {1, 3}) {
    std::vector<float> expected = trained(withThreads(threads));
    setenv("INGOT_POISON", "1", 1);
    std::vector<float> poisoned = trained(withThreads(threads));
    unsetenv("INGOT_POISON");
    EXPECT_TRUE(sameBits(poisoned, expected));
    EXPECT_TRUE(
        std::all_of(expected.begin(), expected.end(), [](float x) { return std::isfinite(x); }));
  }
}

namespace {

/// Wrong: sums over all rows of the batch, valid or not. buffers: image, grad_output, count,
/// grad_kernel.
void careless(void *const *buffers, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i)
    for (int64_t c = 0; c < toyClasses; ++c) {
      float sum = 0;
      for (int64_t row = 0; row < toyBatch; ++row)
        sum += static_cast<float *>(buffers[0])[row * toyInputs + i] *
               static_cast<float *>(buffers[1])[row * toyClasses + c];
      static_cast<float *>(buffers[3])[i * toyClasses + c] = sum;
    }
}

} // namespace

// The test mode finds a kernel that reads rows beyond the valid count.
TEST(Session, PoisonFindsCarelessKernels) {
  ToyCopy copy;
  copy.launches[0][5].kernel = careless;
  setenv("INGOT_POISON", "1", 1);
  Toy toy({}, copy.program);
  toy.session.fit(toy.session.program().fits[0], {}, nullptr);
  unsetenv("INGOT_POISON");
  std::vector<float> weights = toy.weights();
  EXPECT_TRUE(std::any_of(weights.begin(), weights.end(), [](float x) { return std::isnan(x); }));
}

TEST(Session, StepsAllocateNothing) {
  for (int threads : {1, 3}) {
    Toy toy(withThreads(threads));
    Observer observer;
    int64_t afterFirst = 0, afterLast = 0;
    observer.atStep = [&](int64_t step) {
      (step == 1 ? afterFirst : afterLast) = allocations.load();
    };
    FitOptions options;
    options.epochs = 1;
    toy.session.fit(toy.session.program().fits[0], options, &observer);
    EXPECT_EQ(observer.steps, 7);
    EXPECT_EQ(afterFirst > 0, INGOT_COUNTS_ALLOCATIONS == 1);
    EXPECT_EQ(afterLast, afterFirst);
  }
}

TEST(Session, SmallerBatches) {
  SessionOptions options;
  options.batch = 3;
  Toy toy(options);
  Observer observer;
  FitOptions once;
  once.epochs = 1;
  toy.session.fit(toy.session.program().fits[0], once, &observer);
  EXPECT_EQ(observer.steps, 18);
  // The same predictions whatever the batch.
  std::vector<float> expected = toy.session.predict(2, std::nullopt);
  Toy other;
  other.session.setWeight(0, toy.session.weight(0));
  other.session.setWeight(1, toy.session.weight(1));
  EXPECT_TRUE(sameBits(other.session.predict(2, std::nullopt), expected));
}

TEST(Session, LearningRate) {
  SessionOptions options;
  options.learningRate = 0.05;
  EXPECT_TRUE(sameBits(trained(options), trained({})));
  options.learningRate = 0.01;
  EXPECT_FALSE(sameBits(trained(options), trained({})));
}

/// What an Error says, and its exit code; empty if there is none.
static std::string errorOf(const std::function<void()> &action, int exitCode) {
  try {
    action();
  } catch (const Error &error) {
    EXPECT_EQ(error.exitCode, exitCode);
    return error.message;
  }
  return "";
}

TEST(Session, BadOptions) {
  auto make = [](auto change) {
    return [change] {
      SessionOptions options;
      change(options);
      Session session(toyProgram(), options);
    };
  };
  EXPECT_NE(errorOf(make([](auto &o) { o.batch = 0; }), 2).find("--batch-size 0"),
            std::string::npos);
  EXPECT_NE(errorOf(make([](auto &o) { o.batch = 9; }), 2).find("1 to 8"), std::string::npos);
  EXPECT_NE(errorOf(make([](auto &o) { o.learningRate = -1; }), 2), "");
  EXPECT_NE(errorOf(make([](auto &o) { o.learningRate = NAN; }), 2), "");
  EXPECT_NE(errorOf(make([](auto &o) { o.threads = -1; }), 2), "");
  ToyCopy copy;
  copy.program.abi_version = 77;
  EXPECT_NE(errorOf([&] { Session session(copy.program, {}); }, 1).find("77"), std::string::npos);
}

TEST(Session, BadSamples) {
  Session bare(toyProgram(), {});
  bare.initialize();
  auto fit = [&] { bare.fit(bare.program().fits[0], {}, nullptr); };
  EXPECT_NE(errorOf(fit, 1).find("not loaded"), std::string::npos);
  Toy toy;
  toy.session.setArray(1, {toy.training.labels.data(), 52});
  EXPECT_NE(errorOf([&] { toy.session.fit(toy.session.program().fits[0], {}, nullptr); }, 1)
                .find("53 images, but 52 labels"),
            std::string::npos);
}

namespace {

class SessionFiles : public testing::Test {
protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("ingot-session-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    checkpoint = folder / "toy.ckpt";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  SessionOptions options() const {
    SessionOptions result;
    result.checkpoint = checkpoint;
    result.executable = "./toy";
    result.resumeCommand = "./toy train --resume";
    return result;
  }

  std::filesystem::path folder;
  std::string checkpoint;
};

} // namespace

TEST_F(SessionFiles, SaveAndLoad) {
  Toy toy;
  toy.session.fit(toy.session.program().fits[0], {}, nullptr);
  toy.session.saveWeights(folder / "weights.safetensors");
  Toy other;
  other.session.loadWeights(folder / "weights.safetensors");
  EXPECT_TRUE(
      sameBits(other.session.predict(2, std::nullopt), toy.session.predict(2, std::nullopt)));
  // Slots start anew.
  EXPECT_EQ(other.session.weight(2), std::vector<float>(12, 0));
}

TEST_F(SessionFiles, CheckpointsOfTheLastTwoEpochs) {
  Toy toy(options());
  std::vector<std::vector<float>> predictions;
  IngotFit fit = toy.session.program().fits[0];
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    fit.initial_epoch = epoch;
    fit.epochs = epoch + 1;
    toy.session.fit(fit, {}, nullptr);
    toy.session.parts().finishCheckpoint();
    predictions.push_back(toy.session.predict(2, std::nullopt));
  }
  Toy other;
  other.session.loadWeights(checkpoint);
  EXPECT_TRUE(sameBits(other.session.predict(2, std::nullopt), predictions[2]));
  other.session.loadWeights(checkpoint + ".1");
  EXPECT_TRUE(sameBits(other.session.predict(2, std::nullopt), predictions[1]));
  // Nothing else is left behind.
  int files = 0;
  for (const auto &file : std::filesystem::directory_iterator(folder))
    files += file.exists();
  EXPECT_EQ(files, 2);
}

TEST_F(SessionFiles, InterruptKeepsWeights) {
  Toy toy(options());
  Observer observer;
  observer.atStep = [](int64_t step) {
    if (step == 3)
      std::raise(SIGINT);
  };
  SigintGuard guard;
  std::string message = errorOf(
      [&] { toy.session.fit(toy.session.program().fits[0], {}, &observer); }, Error::interrupted);
  EXPECT_EQ(observer.steps, 3);
  EXPECT_NE(message.find("epoch 1/3 after step 3/7"), std::string::npos) << message;
  EXPECT_NE(message.find("to go on: ./toy train --resume\n"), std::string::npos) << message;
  Toy other;
  other.session.loadWeights(checkpoint);
  EXPECT_EQ(other.session.weight(0), toy.session.weight(0));
}

// Training is worth more than a file: it goes on, and who waits for the file hears why there is
// none.
TEST_F(SessionFiles, UnwritableCheckpoint) {
  SessionOptions elsewhere = options();
  elsewhere.checkpoint = folder / "missing" / "toy.ckpt";
  Toy toy(elsewhere);
  toy.session.fit(toy.session.program().fits[0], {}, nullptr);
  EXPECT_EQ(toy.weights(), trained({}));
  std::string message = errorOf([&] { toy.session.completeCheckpoint(); }, 1);
  EXPECT_NE(message.find("missing/toy.ckpt"), std::string::npos) << message;
  EXPECT_NE(message.find("its folder must exist"), std::string::npos);
}
