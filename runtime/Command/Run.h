// One run of a program: its session, its samples, and the commands on them.

#ifndef INGOT_RUNTIME_COMMAND_RUN_H
#define INGOT_RUNTIME_COMMAND_RUN_H

#include "runtime/Command/Options.h"
#include "runtime/Data/Samples.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Train/FitObserver.h"
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
  void begin();        // weights for training; finds unwritable outputs
  void beginTrained(); // weights that were trained
  void load(int32_t array);
  void loadEntry(int32_t entry);
  void checkCounts(const IngotEntry &entry);
  History fit(int64_t index);
  std::vector<MetricValue> evaluate(int64_t index);
  NdArray predict(int64_t index, const std::vector<int64_t> *rows);
  NdArray samples(int64_t array);
  std::unique_ptr<FitObserver> observer(uint32_t verbose, bool quiet = false) const;
  uint32_t entryOf(IngotEntryKind kind) const;
  IngotEvaluation evaluation() const;
  int32_t testImages(const IngotEntry &entry) const;
  void finish();

  const IngotProgram &itsProgram;
  const Options itsOptions;
  Session itsSession;
  std::map<int32_t, Samples> itsSamples; // by array
  bool itsTrained = false;
};

/// What `predict` prints: a line "index class probability" an image, or JSON.
std::string predictionText(const std::vector<float> &output, size_t images, bool json);

} // namespace ingot::runtime

#endif
