// One run of a program: its session, its samples, and the commands on them.

#ifndef INGOT_RUNTIME_COMMAND_RUN_H
#define INGOT_RUNTIME_COMMAND_RUN_H

#include "runtime/Command/Options.h"
#include "runtime/Command/SavedRun.h"
#include "runtime/Data/Samples.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Train/FitObserver.h"
#include "runtime/Train/Journal.h"
#include "runtime/Train/Script.h"
#include "runtime/Train/Session.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ingot::runtime {

class Run {
public:
  /// `executable`: argv[0], for advice.
  Run(const IngotProgram &program, const Options &options, const std::string &executable);

  /// Each throws Error.
  void script();
  void train();
  void evaluate();
  void predict();
  void bench();

private:
  bool begin();        // weights for training; finds unwritable outputs; false: nothing is left
  void beginTrained(); // weights that were trained
  void load(const std::vector<int32_t> &arrays);
  void loadEntries(const std::vector<int32_t> &entries);
  std::vector<int32_t> fitEntries() const;
  void checkCounts(const IngotEntry &entry);
  ScriptActions actions();
  void carryOut(bool wholeScript);
  History fit(int64_t index, FitData data, const FitState *resumedFrom);
  std::vector<double> evaluate(int64_t index, const Rows &rows);
  NdArray predict(int64_t index, const std::vector<int64_t> *rows);
  NdArray samples(int64_t array);
  /// Takes the samples of an array that no file holds; returns how many.
  int64_t give(int64_t array, const NdArray &numbers);
  std::unique_ptr<FitObserver> observer(uint32_t verbose, bool quiet = false) const;
  uint32_t entryOf(IngotEntryKind kind) const;
  /// The predict step of images that went through the preprocessing already.
  uint32_t preparedEntry() const;
  IngotEvaluation evaluation() const;
  /// Which samples the script's first evaluation takes, or its first validation.
  Rows evaluationRows();
  int32_t testImages(const IngotEntry &entry) const;
  void finish();

  const IngotProgram &itsProgram;
  Options itsOptions;
  std::optional<SavedRun> itsSaved; // what --resume goes on from
  Session itsSession;
  std::map<int32_t, Samples> itsSamples; // by array
  bool itsTrained = false;
};

/// What `predict` prints: a line "index class probability" an image, or JSON.
std::string predictionText(const std::vector<float> &output, size_t images, bool json);

} // namespace ingot::runtime

#endif
