// The state of a training, its files, and going on from it.

#include "runtime/Checkpoint/Weights.h"
#include "runtime/Command/SavedRun.h"
#include "runtime/Core/Error.h"
#include "runtime/Train/CheckpointWriter.h"
#include "runtime/Train/FitObserver.h"
#include "runtime/Train/Journal.h"
#include "runtime/Train/Session.h"
#include "runtime/Train/SessionParts.h"
#include "runtime/Train/TrainingState.h"
#include "test/runtime/ToyProgram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <unistd.h>

using namespace ingot::runtime;
using namespace ingot::test;

namespace {

class Resume : public testing::Test {
protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("ingot-resume-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    path = folder / "toy.ckpt";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  SessionOptions options() const {
    SessionOptions result;
    result.checkpoint = path;
    return result;
  }

  std::filesystem::path folder;
  std::string path;
};

/// A session of the toy program with its samples.
struct Toy {
  explicit Toy(SessionOptions options = {})
      : training(53, 1), testing(21, 2), session(toyProgram(), options) {
    session.setArray(0, {training.images.data(), 53});
    session.setArray(1, {training.labels.data(), 53});
    session.setArray(2, {testing.images.data(), 21});
    session.setArray(3, {testing.labels.data(), 21});
    session.initialize();
  }

  /// All parameters' bytes.
  std::vector<std::byte> bytes() {
    const std::byte *arena = session.parts().arena.data();
    return {arena, arena + session.program().state_bytes};
  }

  ToySamples training, testing;
  Session session;
};

/// Interrupts after so many steps.
class Interrupter : public FitObserver {
public:
  explicit Interrupter(int64_t steps) : itsLeft(steps) {}
  void onEpochBegin(int64_t, int64_t, int64_t) override {}
  void onStep(int64_t, int64_t, std::span<const MetricValue>) override {
    if (--itsLeft == 0)
      std::raise(SIGINT);
  }
  void onEpochEnd(std::span<const MetricValue>) override {}

private:
  int64_t itsLeft;
};

TrainingState stateWithEverything() {
  TrainingState state;
  state.flags = {false, UINT64_MAX, false, 7, std::nullopt, 0.1, "a \"file\""};
  state.results.push_back(
      History{{{"loss", {0.1, NAN, -0.0}}, {"a metric / of \"one's\" own", {}}}});
  state.results.push_back(std::vector<double>{INFINITY, 1e-320});
  state.results.push_back(std::monostate());
  NdArray array = newArray(Dtype::Float32, {2, 1, 3});
  for (int i = 0; i < 6; ++i)
    array.fill<float>()[i] = static_cast<float>(i) / 3;
  state.results.push_back(array);
  state.fit.samples = 53;
  state.fit.epoch = 3;
  state.fit.step = 2;
  state.fit.passes = 4;
  state.fit.next = 5;
  state.fit.stopped = true;
  state.fit.divergedEpoch = 1;
  state.fit.divergenceReported = true;
  state.fit.meansSamples = 16;
  state.fit.meansSums = {0.1 + 0.2, NAN};
  state.fit.history = {{{"loss", {1, 2, 3}}, {"accuracy", {}}}};
  state.callbacks = {{{}, {}}, {{5, NAN}, std::vector<std::byte>(7, std::byte(9))}};
  state.optimizerStep = 1000;
  state.learningRate = 0.1f;
  return state;
}

bool same(const std::vector<double> &a, const std::vector<double> &b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

} // namespace

TEST_F(Resume, StatesKeepTheirBits) {
  TrainingState state = stateWithEverything();
  {
    StoredState stored(state);
    writeSafetensors(path, stored.tensors, stored.metadata, KeepPrevious::No);
  }
  SafetensorsFile file(path);
  ASSERT_TRUE(hasTrainingState(file));
  TrainingState read = readTrainingState(file);
  EXPECT_FALSE(read.flags.wholeScript);
  EXPECT_EQ(read.flags.seed, UINT64_MAX);
  EXPECT_FALSE(read.flags.shuffle);
  EXPECT_EQ(read.flags.epochs, 7);
  EXPECT_EQ(read.flags.batch, std::nullopt);
  EXPECT_EQ(read.flags.learningRate, 0.1);
  EXPECT_EQ(read.flags.initWeights, "a \"file\"");
  ASSERT_EQ(read.results.size(), 4u);
  const auto &history = std::get<History>(read.results[0]);
  ASSERT_EQ(history.columns.size(), 2u);
  EXPECT_EQ(history.columns[1].name, "a metric / of \"one's\" own");
  EXPECT_TRUE(same(history.columns[0].values, {0.1, NAN, -0.0}));
  EXPECT_TRUE(same(std::get<std::vector<double>>(read.results[1]), {INFINITY, 1e-320}));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(read.results[2]));
  const auto &array = std::get<NdArray>(read.results[3]);
  EXPECT_EQ(array.shape, (std::vector<int64_t>{2, 1, 3}));
  EXPECT_EQ(array.as<float>()[5], 5.0f / 3);
  EXPECT_EQ(read.fit.samples, 53);
  EXPECT_EQ(read.fit.epoch, 3);
  EXPECT_EQ(read.fit.step, 2);
  EXPECT_EQ(read.fit.passes, 4);
  EXPECT_EQ(read.fit.next, 5);
  EXPECT_TRUE(read.fit.stopped);
  EXPECT_EQ(read.fit.divergedEpoch, 1);
  EXPECT_TRUE(read.fit.divergenceReported);
  EXPECT_EQ(read.fit.meansSamples, 16);
  EXPECT_TRUE(same(read.fit.meansSums, state.fit.meansSums));
  ASSERT_EQ(read.fit.history.columns.size(), 2u);
  EXPECT_TRUE(same(read.fit.history.columns[0].values, {1, 2, 3}));
  ASSERT_EQ(read.callbacks.size(), 2u);
  EXPECT_TRUE(same(read.callbacks[1].values, {5, NAN}));
  EXPECT_EQ(read.callbacks[1].weights, state.callbacks[1].weights);
  EXPECT_EQ(read.optimizerStep, 1000);
  EXPECT_EQ(read.learningRate, 0.1f);
  EXPECT_FALSE(read.complete);
}

// Whole by its checksum, but not what a state looks like.
TEST_F(Resume, StatesThatAreNone) {
  auto message = [&](const std::string &from, const std::string &to, size_t drop = 99) {
    TrainingState state = stateWithEverything();
    StoredState stored(state);
    std::string &text = stored.metadata["training"];
    size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << text;
    text.replace(at, from.size(), to);
    if (drop < stored.tensors.size())
      stored.tensors.erase(stored.tensors.begin() + static_cast<std::ptrdiff_t>(drop));
    writeSafetensors(path, stored.tensors, stored.metadata, KeepPrevious::No);
    try {
      readTrainingState(SafetensorsFile(path));
    } catch (const Error &error) {
      EXPECT_NE(error.message.find(path), std::string::npos);
      return error.message;
    }
    return std::string();
  };
  EXPECT_NE(message("\"version\":1", "\"version\":2").find("version 2"), std::string::npos);
  EXPECT_NE(message("{", "").find("cannot be read"), std::string::npos);
  EXPECT_NE(message("\"passes\":4,", "").find("incomplete"), std::string::npos);
  EXPECT_NE(message("\"passes\":4", "\"passes\":\"4\"").find("incomplete"), std::string::npos);
  EXPECT_NE(message("\"seed\":18446744073709551615", "\"seed\":null").find("incomplete"),
            std::string::npos);
  EXPECT_NE(message("\"metrics\"", "\"numbers\"").find("'numbers'"), std::string::npos);
  EXPECT_NE(message("\"callbacks\":2", "\"callbacks\":3").find("'/callbacks/2"), std::string::npos);
  EXPECT_NE(message("\"version\":1", "\"version\":1", 0).find("lacks"), std::string::npos);
  EXPECT_EQ(message("\"version\":1", "\"version\":1"), "");
}

// At every step of three epochs: interrupted there, gone on from the file, the same in the end.
TEST_F(Resume, FromEveryStep) {
  Toy undisturbed;
  History expected = undisturbed.session.fit(undisturbed.session.program().fits[0], {}, nullptr);
  for (int64_t steps = 1; steps <= 21; ++steps) {
    std::filesystem::remove(path);
    {
      SigintGuard guard;
      Toy first(options());
      Interrupter interrupter(steps);
      EXPECT_THROW(first.session.fit(first.session.program().fits[0], {}, &interrupter), Error);
    }
    Toy second(options());
    SafetensorsFile file(path);
    second.session.restore(file, readTrainingState(file));
    FitOptions goOn;
    goOn.resumedFrom = second.session.training().fit;
    EXPECT_EQ(goOn.resumedFrom->epoch * 7 + goOn.resumedFrom->step, steps);
    History history = second.session.fit(second.session.program().fits[0], goOn, nullptr);
    EXPECT_EQ(second.bytes(), undisturbed.bytes()) << steps;
    ASSERT_EQ(history.columns.size(), expected.columns.size());
    for (size_t i = 0; i < history.columns.size(); ++i)
      EXPECT_TRUE(same(history.columns[i].values, expected.columns[i].values)) << steps;
  }
}

// Nothing of a state is believed that other data or another fit would have left.
TEST_F(Resume, StatesOfOtherFits) {
  Toy toy;
  toy.session.fit(toy.session.program().fits[0], {}, nullptr);
  FitState good = toy.session.training().fit;
  auto fails = [&](const std::function<void(FitState &)> &change) {
    FitOptions goOn;
    goOn.resumedFrom = good;
    change(*goOn.resumedFrom);
    try {
      toy.session.fit(toy.session.program().fits[0], goOn, nullptr);
    } catch (const Error &) {
      return true;
    }
    return false;
  };
  EXPECT_FALSE(fails([](FitState &) {}));
  EXPECT_TRUE(fails([](FitState &fit) { fit.samples = 54; }));
  EXPECT_TRUE(fails([](FitState &fit) { fit.step = 8; }));
  EXPECT_TRUE(fails([](FitState &fit) { fit.step = -1; }));
  EXPECT_TRUE(fails([](FitState &fit) { fit.next = 7; }));
  EXPECT_TRUE(fails([](FitState &fit) { fit.next = -1; }));
  EXPECT_TRUE(fails([](FitState &fit) { fit.epoch = -1; }));
  EXPECT_TRUE(fails([](FitState &fit) { fit.first = 1; }));
  EXPECT_TRUE(fails([](FitState &fit) { fit.meansSums.pop_back(); }));
  EXPECT_TRUE(fails([](FitState &fit) { fit.history.columns.pop_back(); }));
}

// Whatever is dropped on the way, the last is written; the one before is whole as well.
TEST_F(Resume, WriterWritesTheLast) {
  std::vector<std::byte> arena(toyProgram().state_bytes);
  CheckpointWriter writer(toyProgram(), path, {}, KeepPrevious::Yes);
  for (int64_t step = 1; step <= 200; ++step) {
    TrainingState state;
    state.optimizerStep = step;
    writer.put(arena.data(), state);
    if (step == 100)
      writer.finish();
  }
  writer.finish();
  EXPECT_EQ(writer.failure(), std::nullopt);
  EXPECT_EQ(readTrainingState(SafetensorsFile(path)).optimizerStep, 200);
  int64_t before = readTrainingState(SafetensorsFile(path + ".1")).optimizerStep;
  EXPECT_TRUE(before >= 100 && before < 200) << before;
}

TEST_F(Resume, WriterFinishesWhenItEnds) {
  std::vector<std::byte> arena(toyProgram().state_bytes);
  {
    CheckpointWriter writer(toyProgram(), path, {}, KeepPrevious::Yes);
    writer.put(arena.data(), {});
  }
  EXPECT_TRUE(hasTrainingState(SafetensorsFile(path)));
}

TEST_F(Resume, WriterGoesOnAfterFailures) {
  std::vector<std::byte> arena(toyProgram().state_bytes);
  std::string elsewhere = folder / "later" / "toy.ckpt";
  CheckpointWriter writer(toyProgram(), elsewhere, {}, KeepPrevious::Yes);
  writer.put(arena.data(), {});
  EXPECT_THROW(writer.finish(), Error);
  EXPECT_NE(writer.failure()->find("later/toy.ckpt"), std::string::npos);
  std::filesystem::create_directories(folder / "later");
  writer.put(arena.data(), {});
  writer.finish();
  EXPECT_EQ(writer.failure(), std::nullopt);
}

// A damaged file must not push out the good one before it.
TEST_F(Resume, WriterSparesThePrevious) {
  std::vector<std::byte> arena(toyProgram().state_bytes);
  std::ofstream(path) << "damaged";
  std::ofstream(path + ".1") << "good";
  CheckpointWriter writer(toyProgram(), path, {}, KeepPrevious::No);
  writer.put(arena.data(), {});
  writer.finish();
  EXPECT_TRUE(hasTrainingState(SafetensorsFile(path)));
  EXPECT_EQ(std::filesystem::file_size(path + ".1"), 4u);
  writer.put(arena.data(), {});
  writer.finish();
  EXPECT_TRUE(hasTrainingState(SafetensorsFile(path + ".1")));
}

TEST_F(Resume, WriterKnowsWhenOneIsDue) {
  std::vector<std::byte> arena(toyProgram().state_bytes);
  CheckpointWriter steps(toyProgram(), path, {10, std::nullopt}, KeepPrevious::Yes);
  EXPECT_FALSE(steps.due(9));
  EXPECT_TRUE(steps.due(10));
  TrainingState state;
  state.optimizerStep = 10;
  steps.put(arena.data(), state);
  EXPECT_FALSE(steps.due(19));
  EXPECT_TRUE(steps.due(20));
  CheckpointWriter seconds(toyProgram(), path, {std::nullopt, 0}, KeepPrevious::Yes);
  EXPECT_TRUE(seconds.due(1));
  CheckpointWriter rarely(toyProgram(), path, {}, KeepPrevious::Yes);
  EXPECT_FALSE(rarely.due(1000000));
}

namespace {

std::vector<char> contentOf(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write(const std::string &path, std::span<const char> content) {
  std::ofstream(path, std::ios::binary)
      .write(content.data(), static_cast<std::streamsize>(content.size()));
}

/// Leaves the checkpoint of step 14 at `path`, and that of step 7 before it.
void leaveTwoCheckpoints(const std::string &path) {
  std::vector<std::byte> arena(toyProgram().state_bytes);
  CheckpointWriter writer(toyProgram(), path, {}, KeepPrevious::Yes);
  for (int64_t step : {7, 14}) {
    TrainingState state;
    state.optimizerStep = step;
    writer.put(arena.data(), state);
    writer.finish();
  }
}

} // namespace

// Whatever byte of the newest is wrong, and wherever it ends: the one before is taken.
TEST_F(Resume, DamagedCheckpoints) {
  leaveTwoCheckpoints(path);
  std::vector<char> good = contentOf(path);
  auto stepOf = [&] {
    auto saved = findSavedRun(toyProgram(), path);
    return saved ? saved->state.optimizerStep + (saved->newestDamaged ? 1000 : 0) : -1;
  };
  testing::internal::CaptureStderr();
  EXPECT_EQ(stepOf(), 14);
  for (size_t at = 0; at < good.size(); ++at) {
    std::vector<char> damaged = good;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    write(path, damaged);
    EXPECT_EQ(stepOf(), 1007) << "byte " << at;
  }
  for (size_t bytes = 0; bytes < good.size(); bytes += 1 + bytes / 16) {
    write(path, std::span(good).first(bytes));
    EXPECT_EQ(stepOf(), 1007) << bytes << " bytes";
  }
  std::filesystem::remove(path);
  EXPECT_EQ(stepOf(), 1007);
  std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(
      said.find("damaged: its content does not agree with its checksum; going on from the one "
                "before, " +
                path + ".1"),
      std::string::npos)
      << said.substr(0, 500);
}

TEST_F(Resume, NothingToGoOnFrom) {
  auto message = [&] {
    try {
      return std::string(findSavedRun(toyProgram(), path) ? "found" : "anew");
    } catch (const Error &error) {
      return error.message;
    }
  };
  testing::internal::CaptureStderr();
  EXPECT_EQ(message(), "anew");
  testing::internal::GetCapturedStderr();
  write(path, std::string("damaged"));
  EXPECT_NE(message().find("there is no " + path + ".1 either"), std::string::npos) << message();
  write(path + ".1", std::string("this one too"));
  EXPECT_NE(message().find(path + ".1: is"), std::string::npos) << message();
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_NE(message().find("is no file"), std::string::npos) << message();
  std::filesystem::remove(path);
  saveParameters(path, toyProgram(), std::vector<std::byte>(toyProgram().state_bytes).data(),
                 Contents::Weights, {}, KeepPrevious::No);
  EXPECT_NE(message().find("holds weights, but no state"), std::string::npos) << message();
  ToyCopy other;
  other.program.spec_digest = "4711";
  CheckpointWriter writer(other.program, path, {}, KeepPrevious::No);
  writer.put(std::vector<std::byte>(toyProgram().state_bytes).data(), {});
  writer.finish();
  EXPECT_NE(message().find("another script"), std::string::npos) << message();
  EXPECT_NE(message().find("4711"), std::string::npos) << message();
}

namespace {

/// A script of two fits with an evaluation between: what it did and printed.
struct Done {
  std::string text;

  ScriptActions actions() {
    ScriptActions actions;
    actions.print = [this](const std::string &printed) { text += printed; };
    actions.summary = [this] { text += "summary "; };
    actions.evaluate = [this](int64_t, Rows) {
      text += "evaluate ";
      return std::vector<double>{0.5, 0.25};
    };
    return actions;
  }
  History fit(int64_t, const FitData &, const FitState *resumedFrom) {
    text += resumedFrom ? "resume " : "fit ";
    return {{{"loss", {1, 2}}}};
  }
  void run(TrainingState &state, bool resumed) {
    Journal journal(state, resumed);
    ScriptActions kept = journal.keep(
        actions(), [this](int64_t index, const FitData &data, const FitState *resumedFrom) {
          return fit(index, data, resumedFrom);
        });
    kept.print("begin ");
    EXPECT_EQ(kept.fit(0, {}).columns[0].values, (std::vector<double>{1, 2}));
    kept.summary();
    EXPECT_EQ(kept.evaluate(0, {}), (std::vector<double>{0.5, 0.25}));
    kept.print("between ");
    kept.fit(0, {});
    kept.print("end");
  }
};

} // namespace

TEST(Journal, GivesAgainWhatWasDone) {
  TrainingState state;
  Done whole;
  whole.run(state, false);
  EXPECT_EQ(whole.text, "begin fit summary evaluate between fit end");
  ASSERT_EQ(state.results.size(), 3u);
  // Killed in the second fit; in the first.
  state.results.pop_back();
  TrainingState later = state;
  Done second;
  second.run(later, true);
  EXPECT_EQ(second.text, "resume end");
  TrainingState earlier;
  Done first;
  first.run(earlier, true);
  EXPECT_EQ(first.text, "resume summary evaluate between fit end");
  EXPECT_EQ(earlier.results.size(), 3u);
}

TEST(Journal, StatesOfOtherScripts) {
  TrainingState state;
  state.results = {std::vector<double>{1}};
  Done done;
  EXPECT_THROW(done.run(state, true), Error);
  state.results = {History{{{"loss", {1, 2}}}}};
  EXPECT_THROW(done.run(state, true), Error); // what was cut short is no fit
}
