// Carries out the script's actions in order.

#ifndef INGOT_RUNTIME_TRAIN_SCRIPT_H
#define INGOT_RUNTIME_TRAIN_SCRIPT_H

#include "runtime/ABI/Program.h"
#include "runtime/Python/NdArray.h"
#include "runtime/Train/History.h"
#include "runtime/Train/Session.h"
#include "runtime/Train/Summary.h"

#include <functional>
#include <string>
#include <vector>

namespace ingot::runtime {

/// What a fit trains on: which rows, and how many steps an epoch has if the script says so.
struct FitData {
  Rows rows, validationRows;
  std::optional<int64_t> steps;
};

/// What the script asks of its surroundings.
struct ScriptActions {
  std::function<void(const std::string &)> print; // text as it stands
  std::function<int64_t(int64_t array)> sampleCount;
  std::function<History(int64_t fit, FitData data)> fit;
  std::function<std::vector<double>(int64_t evaluation, Rows rows)> evaluate; // loss first
  std::function<void()> summary;
  /// That of another model than the program's.
  std::function<void(const ModelSummary &model)> summaryOf;
  /// float32 [rows][output shape]; null: all samples.
  std::function<NdArray(int64_t evaluation, const std::vector<int64_t> *rows)> predict;
  std::function<NdArray(int64_t array)> samples;
  /// Samples of an array without a reader; returns how many.
  std::function<int64_t(int64_t array, const NdArray &samples)> give;
  /// Of Keras's files: the model, or its weights alone.
  std::function<void(const std::string &path, bool weightsOnly)> save;
  std::function<void(const std::string &path)> loadWeights;
  std::function<void(int64_t parameter, const NdArray &numbers)> assign;
  /// A function of fileFunctions(); what it says depends on when it is asked.
  std::function<Value(const std::string &function, std::span<const Value> arguments)> askFiles;
};

/// What a function of the script returns. Throws Error with script, line and Python's message where
/// Python would raise an exception.
Value callFunction(const IngotProgram &program, const IngotFunction &function,
                   std::vector<Value> arguments, std::function<void(const std::string &)> print);

/// Throws Error with script, line and Python's message where Python would raise an exception.
void runScript(const IngotProgram &program, const ScriptActions &actions);

/// Only the instructions with these opcodes, in order, and what they need: no prints.
void runOnly(const IngotProgram &program, const ScriptActions &actions,
             std::initializer_list<IngotOpcode> opcodes);

} // namespace ingot::runtime

#endif
