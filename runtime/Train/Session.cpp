// A session's parts, weights and samples. Training itself is in Fit.cpp.

#include "runtime/Train/Session.h"

#include "runtime/Checkpoint/Checksum.h"
#include "runtime/Checkpoint/Weights.h"
#include "runtime/Core/AvailableThreads.h"
#include "runtime/Core/Error.h"
#include "runtime/Core/Initializers.h"
#include "runtime/Core/Layout.h"
#include "runtime/Core/Message.h"
#include "runtime/Keras/KerasFile.h"
#include "runtime/Train/SessionParts.h"

#include <cmath>
#include <cstdio>
#include <fmt/format.h>

namespace ingot::runtime {

static const IngotProgram &checked(const IngotProgram &program) {
  if (program.abi_version != INGOT_ABI_VERSION)
    throw Error{
        fmt::format("this program was compiled for version {} of the runtime's interface, but "
                    "linked with a runtime of version {}; compile it again",
                    program.abi_version, INGOT_ABI_VERSION)};
  if (program.batch == 0 || program.state_bytes > program.arena_bytes)
    throw Error{"this program's descriptor is inconsistent; compile it again"};
  return program;
}

static SessionOptions checked(SessionOptions options, const IngotProgram &program) {
  if (options.batch && (*options.batch < 1 || *options.batch > program.batch))
    throw Error{
        fmt::format("--batch-size {}: this program takes 1 to {}; for more, set batch_size in "
                    "{} and compile it again",
                    *options.batch, program.batch, program.spec),
        Error::usage};
  if (options.learningRate && !(std::isfinite(*options.learningRate) && *options.learningRate > 0))
    throw Error{
        fmt::format("--learning-rate {}: a positive number is needed", *options.learningRate),
        Error::usage};
  if (options.learningRate && std::isnan(program.learning_rate))
    throw Error{
        fmt::format("--learning-rate {}: the learning rate of {} is a schedule; change it there "
                    "and compile it again",
                    *options.learningRate, program.spec),
        Error::usage};
  return options;
}

Session::Parts::Parts(const IngotProgram &program, SessionOptions given)
    : program(checked(program)), options(checked(std::move(given), program)),
      pool(chooseThreads(options.threads), availableThreads()), arena(program.arena_bytes),
      order(program.batch, 0), arrays(program.array_count) {
  state.valid_count = program.batch;
  state.seed = options.seed;
  state.learning_rate = static_cast<float>(options.learningRate.value_or(program.learning_rate));
  training.flags.seed = options.seed;
  if (!options.checkpoint.empty())
    writer = std::make_unique<CheckpointWriter>(program, options.checkpoint,
                                                options.checkpointEvery, options.keepPrevious);
}

const IngotEntry &Session::Parts::entry(int32_t index, IngotEntryKind kind) const {
  if (index < 0 || static_cast<uint32_t>(index) >= program.entry_count ||
      program.entries[index].kind != static_cast<uint32_t>(kind))
    throw Error{
        fmt::format("this program has no step function for what is asked (entry {})", index)};
  return program.entries[index];
}

SampleView Session::Parts::samples(int32_t array) const {
  if (array < 0 || static_cast<size_t>(array) >= arrays.size())
    throw Error{
        fmt::format("this program's descriptor names array {}, which it does not have", array)};
  if (!arrays[array].data)
    throw Error{fmt::format("the samples of '{}' ({}) were not loaded",
                            program.arrays[array].source, program.arrays[array].key)};
  return arrays[array];
}

int64_t Session::Parts::sampleCount(const IngotEntry &entry) const {
  int64_t images = samples(entry.images).count;
  int64_t labels = entry.labels < 0 ? images : samples(entry.labels).count;
  const char *source = program.arrays[entry.images].source;
  if (images != labels)
    throw Error{fmt::format("'{}' has {} images, but {} labels", source, images, labels)};
  if (images == 0)
    throw Error{fmt::format("'{}' has no samples", source)};
  if (images > INT32_MAX)
    throw Error{
        fmt::format("'{}' has {} samples; at most {} are supported", source, images, INT32_MAX)};
  return images;
}

int64_t Session::Parts::batch(int64_t scripted) const {
  int64_t batch = options.batch.value_or(scripted);
  if (batch < 1 || batch > program.batch)
    throw Error{fmt::format("batch size {}: this program takes 1 to {}", batch, program.batch),
                Error::usage};
  return batch;
}

StepRunner Session::Parts::runner(const IngotEntry &entry) {
  return runner(entry, samples(entry.images).data);
}

StepRunner Session::Parts::runner(const IngotEntry &entry, const void *images) {
  Bindings bindings{arena.data(), &state, {images, nullptr}, order.data()};
  if (entry.labels >= 0)
    bindings.samples[1] = samples(entry.labels).data;
  return StepRunner(program, entry, bindings, pool);
}

Callback *Session::Parts::callback(uint32_t index) {
  if (index >= program.callback_count)
    throw Error{"this program's descriptor is inconsistent; compile it again"};
  const IngotCallback &description = program.callbacks[index];
  if (description.kind == INGOT_HISTORY_CALLBACK)
    return nullptr;
  callbacks.resize(program.callback_count);
  if (callbacks[index])
    return callbacks[index].get();
  callbacks[index] = makeCallback(program, description);
  if (index < training.callbacks.size() && !training.callbacks[index].values.empty()) {
    CallbackState &kept = training.callbacks[index];
    if (kept.values.size() != callbacks[index]->state().size())
      throw Error{"the checkpoint's state is not one of this program's callbacks; begin anew"};
    callbacks[index]->restore(kept.values);
    callbacks[index]->restoreBestWeights(std::move(kept.weights));
  }
  return callbacks[index].get();
}

void Session::Parts::keepCallbacks() {
  training.callbacks.resize(program.callback_count);
  for (size_t index = 0; index < callbacks.size(); ++index)
    if (const Callback *callback = callbacks[index].get())
      training.callbacks[index] = {callback->state(), callback->bestWeights()};
}

void Session::Parts::keepCheckpoint(FitState fit) {
  training.fit = std::move(fit);
  training.optimizerStep = state.step;
  training.learningRate = state.learning_rate;
  if (!writer)
    return;
  // Of the checkpoint before: this one will be written later.
  std::optional<std::string> failure = writer->failure();
  if (failure && !writingFails)
    printMessage("{}: warning: {}\n{}: training goes on; the state that was kept last stays\n",
                 program.name, *failure, program.name);
  if (!failure && writingFails)
    printMessage("{}: note: the checkpoint is written again\n", program.name);
  writingFails = failure.has_value();
  writer->put(arena.data(), training);
}

void Session::Parts::finishCheckpoint() {
  if (writer)
    writer->finish();
}

uint64_t Session::Parts::checksumOfParameters() const {
  Checksum sum;
  sum.add({arena.data(), program.state_bytes});
  return sum.value();
}

Session::Session(const IngotProgram &program, SessionOptions options)
    : itsParts(std::make_unique<Parts>(program, std::move(options))) {}

Session::~Session() = default;

const IngotProgram &Session::program() const { return itsParts->program; }

const SessionOptions &Session::options() const { return itsParts->options; }

int Session::threads() const { return itsParts->pool.threads(); }

Session::Parts &Session::parts() { return *itsParts; }

void Session::initialize() {
  for (const IngotParameter &parameter : parametersOf(program()))
    writeParameter(parameter, initialValues(parameter, options().seed), itsParts->arena.data());
  itsParts->state.step = 0;
  itsParts->training.fit = {};
}

void Session::restore(const SafetensorsFile &file, TrainingState state) {
  loadParametersInto(file, program(), itsParts->arena.data());
  itsParts->state.step = state.optimizerStep;
  itsParts->state.learning_rate = state.learningRate;
  itsParts->training = std::move(state);
}

TrainingState &Session::training() { return itsParts->training; }

void Session::completeCheckpoint() {
  TrainingState &training = itsParts->training;
  if (!itsParts->writer || training.fit.samples == 0)
    return;
  training.complete = true;
  training.results.resize(itsParts->resultsBeforeFit);
  training.extensible = itsParts->checksumOfParameters() == itsParts->endOfFit;
  itsParts->keepCheckpoint(training.fit);
  try {
    itsParts->finishCheckpoint();
  } catch (const Error &error) {
    throw Error{error.message +
                "; training has come to its end, but its checkpoint is an earlier one"};
  }
}

void Session::loadWeights(const std::string &path) {
  initialize();
  replaceWeights(path);
}

void Session::replaceWeights(const std::string &path) {
  std::byte *arena = itsParts->arena.data();
  if (!isKerasFile(path))
    return loadWeightsInto(path, program(), arena);
  if (itsParts->training.fit.samples == 0) // the optimizer has no state yet
    return loadKerasWeights(path, program(), arena);
  std::string warning = loadKerasTraining(path, program(), arena, itsParts->state);
  if (!warning.empty())
    printMessage("{}: warning: {}\n", program().name, warning);
}

void Session::saveModel(const std::string &path, bool weightsOnly) {
  saveKerasFile(path, program(), itsParts->arena.data(), itsParts->state, weightsOnly);
}

void Session::saveWeights(const std::string &path) {
  if (isKerasFile(path))
    return saveModel(path, path.ends_with(".weights.h5"));
  Metadata metadata{{"step", fmt::format("{}", itsParts->state.step)},
                    {"seed", fmt::format("{}", options().seed)}};
  saveParameters(path, program(), itsParts->arena.data(), Contents::Weights, metadata,
                 KeepPrevious::No);
}

std::vector<float> Session::weight(uint32_t index) const {
  return readParameter(program().parameters[index], itsParts->arena.data());
}

void Session::setWeight(uint32_t index, const std::vector<float> &elements) {
  const IngotParameter &parameter = program().parameters[index];
  if (static_cast<int64_t>(elements.size()) != Layout(parameter).size())
    throw Error{fmt::format("{}: {} elements were given for {}", parameter.name, elements.size(),
                            Layout(parameter).size())};
  writeParameter(parameter, elements, itsParts->arena.data());
}

void Session::setArray(uint32_t index, SampleView samples) { itsParts->arrays[index] = samples; }

} // namespace ingot::runtime
