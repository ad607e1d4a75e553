// The commands that need weights and samples.

#include "runtime/Command/Run.h"

#include "runtime/Checkpoint/Weights.h"
#include "runtime/Command/Output.h"
#include "runtime/Core/Error.h"
#include "runtime/Core/Message.h"
#include "runtime/Data/Find.h"
#include "runtime/Keras/KerasFile.h"
#include "runtime/Python/Random.h"
#include "runtime/Python/Text.h"
#include "runtime/Train/Bench.h"
#include "runtime/Train/ProgressBar.h"
#include "runtime/Train/Script.h"
#include "runtime/Train/Summary.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <span>

namespace ingot::runtime {

static std::string checkpointOf(const IngotProgram &program, const Options &options) {
  bool trains = options.command == Command::Script || options.command == Command::Train;
  if (!trains || options.noCheckpoint || program.fit_count == 0)
    return {};
  return options.checkpoint.value_or(std::string(program.name) + ".ckpt");
}

static std::optional<SavedRun> savedRun(const IngotProgram &program, Options &options) {
  std::string checkpoint = checkpointOf(program, options);
  if (!options.resume || checkpoint.empty())
    return std::nullopt;
  std::optional<SavedRun> saved = findSavedRun(program, checkpoint);
  if (saved)
    agree(program, options, saved->state);
  return saved;
}

/// The command that goes on with this one.
static std::string resumeCommand(const Options &options, const std::string &executable) {
  std::string text = executable + (options.command == Command::Train ? " train" : "") + " --resume";
  if (options.checkpoint)
    text += " --checkpoint " + *options.checkpoint;
  return options.dataFolder.empty() ? text : text + " --data-dir " + options.dataFolder;
}

static SessionOptions sessionOptions(const IngotProgram &program, const Options &options,
                                     const std::optional<SavedRun> &saved,
                                     const std::string &executable) {
  SessionOptions result;
  result.threads = options.threads;
  result.seed = options.seed;
  result.batch = options.batch;
  result.learningRate = options.learningRate;
  result.checkpoint = checkpointOf(program, options);
  result.checkpointEvery = options.checkpointEvery;
  result.keepPrevious = saved && saved->newestDamaged ? KeepPrevious::No : KeepPrevious::Yes;
  result.executable = executable;
  result.resumeCommand = resumeCommand(options, executable);
  return result;
}

Run::Run(const IngotProgram &program, const Options &options, const std::string &executable)
    : itsProgram(program), itsOptions(options), itsSaved(savedRun(program, itsOptions)),
      itsSession(program, sessionOptions(program, itsOptions, itsSaved, executable)) {}

bool Run::begin() {
  if (!itsOptions.save.empty()) {
    if (isKerasFile(itsOptions.save))
      requireKerasFiles(itsOptions.save, itsProgram);
    checkWritable(itsOptions.save, "--save");
  }
  if (!itsSession.options().checkpoint.empty())
    checkWritable(itsSession.options().checkpoint, "the checkpoint; --no-checkpoint keeps none");
  if (!itsOptions.resume && !itsSession.options().checkpoint.empty())
    noteUnfinishedRun(itsProgram, itsSession.options().checkpoint);
  if (itsSaved && itsSaved->state.complete) {
    const FitState &fit = itsSaved->state.fit;
    printMessage("{}: note: the run in {} is complete, with {} epochs: nothing to resume; {}\n",
                 itsProgram.name, itsSaved->path, fit.epoch - fit.first,
                 fit.stopped ? "a callback has stopped it" : "a larger --epochs trains longer");
    if (!itsOptions.save.empty()) {
      itsSession.restore(*itsSaved->file, itsSaved->state);
      itsSession.saveWeights(itsOptions.save);
    }
    return false;
  }
  if (itsSaved) {
    itsSession.restore(*itsSaved->file, std::move(itsSaved->state));
    itsSaved->file.reset();
  } else if (itsOptions.initWeights.empty())
    itsSession.initialize();
  else
    itsSession.loadWeights(itsOptions.initWeights);
  itsSession.training().flags = {itsOptions.command == Command::Script,
                                 itsOptions.seed,
                                 !itsOptions.noShuffle,
                                 itsOptions.epochs,
                                 itsOptions.batch,
                                 itsOptions.learningRate,
                                 itsOptions.initWeights};
  return true;
}

void Run::beginTrained() {
  std::string file = itsOptions.initWeights;
  if (file.empty()) {
    file = std::string(itsProgram.name) + ".ckpt";
    if (!isFile(file))
      throw Error{fmt::format("no trained weights: there is no {} in this folder; run '{} train' "
                              "first, or name a file with --init-weights",
                              file, itsSession.options().executable)};
  }
  if (isKerasFile(file) && std::ranges::any_of(parametersOf(itsProgram), [](auto &parameter) {
        return parameter.role == INGOT_VALUE;
      }))
    throw Error{
        fmt::format("{}: {} normalizes its data by numbers that it computes from them, which "
                    "Keras's files do not hold; take the checkpoint, or a file of --save "
                    "NAME.safetensors",
                    file, itsProgram.spec)};
  try {
    itsSession.loadWeights(file);
  } catch (const Error &error) {
    if (!itsOptions.initWeights.empty() || !isFile(file + ".1"))
      throw;
    throw Error{fmt::format("{}; --init-weights {}.1 takes those of the checkpoint before",
                            error.message, file)};
  }
  // What the script draws decides which samples it holds back.
  if (!itsOptions.initWeights.empty())
    return;
  try {
    if (auto saved = findSavedRun(itsProgram, file))
      itsOptions.seed = saved->state.flags.seed;
  } catch (const Error &) {
    // Weights of the script before it was changed, whose draws are not this one's.
  }
}

void Run::load(const std::vector<int32_t> &arrays) {
  std::vector<int32_t> wanted;
  for (int32_t index : arrays)
    if (index >= 0 && static_cast<uint32_t>(index) < itsProgram.array_count &&
        itsProgram.arrays[index].reader && !itsSamples.contains(index))
      wanted.push_back(index);
  std::vector<std::string> notices;
  auto loaded =
      loadSamples(itsProgram, wanted, itsOptions.dataFolder, itsSession.threads(), notices);
  for (const std::string &notice : notices)
    printMessage("{}: note: {}\n", itsProgram.name, notice);
  for (const auto &[index, samples] : loaded)
    itsSession.setArray(static_cast<uint32_t>(index), {samples.data(), samples.count});
  itsSamples.merge(loaded);
}

void Run::checkCounts(const IngotEntry &entry) {
  if (!itsSamples.contains(entry.images) || !itsSamples.contains(entry.labels))
    return;
  int64_t images = itsSamples[entry.images].count, labels = itsSamples[entry.labels].count;
  if (images == labels)
    return;
  const IngotArray &array = itsProgram.arrays[entry.images];
  if (const IngotArray &other = itsProgram.arrays[entry.labels];
      std::string(array.source) != other.source)
    throw Error{fmt::format("{} has {} samples, but {} has {} labels for them", array.source,
                            images, other.source, labels)};
  std::string folder = itsOptions.dataFolder.empty() ? "" : itsOptions.dataFolder + ": ";
  for (const std::string &place : dataFolders(itsOptions.dataFolder, array.source))
    if (isFile(place + "/train-images-idx3-ubyte.gz") || isFile(place + "/train-images-idx3-ubyte"))
      folder = place + "/: ";
  throw Error{fmt::format("{}the {} set of {} has {} images, but {} labels; get it again", folder,
                          array.split == INGOT_SPLIT_TEST ? "test" : "training", array.source,
                          images, labels)};
}

void Run::loadEntries(const std::vector<int32_t> &entries) {
  std::vector<int32_t> arrays;
  for (int32_t index : entries)
    if (index >= 0 && static_cast<uint32_t>(index) < itsProgram.entry_count)
      arrays.insert(arrays.end(),
                    {itsProgram.entries[index].images, itsProgram.entries[index].labels});
  load(arrays);
  for (int32_t index : entries)
    if (index >= 0 && static_cast<uint32_t>(index) < itsProgram.entry_count)
      checkCounts(itsProgram.entries[index]);
}

std::vector<int32_t> Run::fitEntries() const {
  std::vector<int32_t> entries;
  for (const IngotFit &fit : std::span(itsProgram.fits, itsProgram.fit_count))
    entries.insert(entries.end(), {fit.train_entry, fit.validation_entry});
  return entries;
}

std::unique_ptr<FitObserver> Run::observer(uint32_t verbose, bool quiet) const {
  Progress progress = itsOptions.progress;
  if (progress == Progress::Default)
    progress = quiet || verbose == 0          ? Progress::None
               : verbose == 1 && onTerminal() ? Progress::Keras
                                              : Progress::Line;
  if (progress == Progress::None)
    return nullptr;
  return std::make_unique<ProgressPrinter>(progress == Progress::Keras ? ProgressBar::Style::Bar
                                                                       : ProgressBar::Style::Line,
                                           writeOut, steadySeconds);
}

History Run::fit(int64_t index, FitData data, const FitState *resumedFrom) {
  const IngotFit &fit = itsProgram.fits[index];
  FitOptions options;
  options.epochs = itsOptions.epochs;
  if (itsOptions.noShuffle)
    options.shuffle = false;
  options.rows = std::move(data.rows);
  options.validationRows = std::move(data.validationRows);
  options.steps = data.steps;
  options.print = writeOut;
  if (resumedFrom) {
    options.resumedFrom = *resumedFrom;
    bool over = resumedFrom->epoch >= endOf(fit, options) ||
                (resumedFrom->stopped && resumedFrom->step == 0);
    std::string where =
        over ? "after the last epoch"
             : fmt::format("at epoch {} step {}", resumedFrom->epoch + 1, resumedFrom->step);
    printMessage("{}: resumed {} from {}\n", itsProgram.name, where, itsSaved->path);
  }
  itsTrained = true;
  return itsSession.fit(fit, options, observer(fit.verbose).get());
}

std::vector<double> Run::evaluate(int64_t index, const Rows &rows) {
  const IngotEvaluation &evaluation = itsProgram.evaluations[index];
  std::vector<double> values;
  for (const MetricValue &metric :
       itsSession.evaluate(evaluation, observer(evaluation.verbose).get(), rows))
    values.push_back(metric.value);
  return values;
}

NdArray Run::predict(int64_t index, const std::vector<int64_t> *rows) {
  const IngotEvaluation &prediction = itsProgram.evaluations[index];
  const IngotEntry &entry = itsProgram.entries[prediction.entry];
  std::vector<int64_t> all;
  if (!rows) {
    all.resize(static_cast<size_t>(itsSamples[entry.images].count));
    std::iota(all.begin(), all.end(), 0);
    rows = &all;
  }
  std::vector<float> output =
      itsSession.predict(prediction, *rows, observer(prediction.verbose).get());
  std::vector<int64_t> shape{static_cast<int64_t>(rows->size())};
  shape.insert(shape.end(), entry.output_shape, entry.output_shape + entry.output_rank);
  NdArray array = newArray(Dtype::Float32, std::move(shape));
  std::copy(output.begin(), output.end(), array.fill<float>());
  return array;
}

static Dtype dtypeOf(uint32_t element) {
  static constexpr Dtype dtypes[] = {Dtype::UInt8, Dtype::Int32, Dtype::Int64, Dtype::Float32,
                                     Dtype::Float64};
  if (element >= std::size(dtypes))
    throw Error{"this program's descriptor is inconsistent; compile it again"};
  return dtypes[element];
}

/// The loaded samples themselves, not a copy.
NdArray Run::samples(int64_t index) {
  load({static_cast<int32_t>(index)});
  const IngotArray &description = itsProgram.arrays[index];
  const Samples &loaded = itsSamples[static_cast<int32_t>(index)];
  std::vector<int64_t> shape{loaded.count};
  shape.insert(shape.end(), description.shape, description.shape + description.rank);
  return {dtypeOf(description.element), std::move(shape),
          std::shared_ptr<const std::byte>(std::shared_ptr<void>(),
                                           reinterpret_cast<const std::byte *>(loaded.data()))};
}

int64_t Run::give(int64_t index, const NdArray &numbers) {
  static constexpr std::pair<Dtype, IngotElement> elements[] = {{Dtype::UInt8, INGOT_U8},
                                                                {Dtype::Int32, INGOT_I32},
                                                                {Dtype::Int64, INGOT_I64},
                                                                {Dtype::Float32, INGOT_F32},
                                                                {Dtype::Float64, INGOT_F64}};
  NdArray given = numbers.dtype == Dtype::Bool ? converted(numbers, Dtype::UInt8) : numbers;
  const IngotArray &array = itsProgram.arrays[index];
  for (auto [dtype, element] : elements)
    if (dtype == given.dtype)
      itsSamples[static_cast<int32_t>(index)] =
          samplesFrom(array, element, given.shape, given.data.get(), array.source);
  const Samples &samples = itsSamples[static_cast<int32_t>(index)];
  itsSession.setArray(static_cast<uint32_t>(index), {samples.data(), samples.count});
  return samples.count;
}

void Run::finish() {
  if (!itsOptions.save.empty())
    itsSession.saveWeights(itsOptions.save);
  itsSession.completeCheckpoint();
}

void Run::carryOut(bool wholeScript) {
  SigintGuard guard;
  Journal journal(itsSession.training(), itsSaved.has_value());
  ScriptActions kept =
      journal.keep(actions(), [this](int64_t index, FitData data, const FitState *resumedFrom) {
        return fit(index, std::move(data), resumedFrom);
      });
  if (wholeScript)
    runScript(itsProgram, kept);
  else
    // Fits train with weights that the script loads, on data that it has measured.
    runOnly(itsProgram, kept, {INGOT_FIT, INGOT_LOAD_WEIGHTS, INGOT_ASSIGN});
  finish();
}

void Run::script() {
  if (!begin())
    return;
  std::vector<int32_t> all(itsProgram.array_count);
  std::iota(all.begin(), all.end(), 0);
  load(all);
  for (uint32_t i = 0; i < itsProgram.entry_count; ++i)
    checkCounts(itsProgram.entries[i]);
  carryOut(true);
}

ScriptActions Run::actions() {
  ScriptActions actions;
  actions.print = writeOut;
  actions.sampleCount = [this](int64_t array) {
    load({static_cast<int32_t>(array)});
    return itsSamples[static_cast<int32_t>(array)].count;
  };
  actions.evaluate = [this](int64_t index, Rows rows) { return evaluate(index, rows); };
  actions.predict = [this](int64_t index, const std::vector<int64_t> *rows) {
    return predict(index, rows);
  };
  actions.samples = [this](int64_t array) { return samples(array); };
  actions.askFiles = [](const std::string &function, std::span<const Value> arguments) {
    return callBuiltin(function, arguments);
  };
  actions.give = [this](int64_t array, const NdArray &numbers) { return give(array, numbers); };
  actions.save = [this](const std::string &path, bool weightsOnly) {
    itsSession.saveModel(path, weightsOnly);
  };
  actions.loadWeights = [this](const std::string &path) { itsSession.replaceWeights(path); };
  actions.assign = [this](int64_t parameter, const NdArray &numbers) {
    NdArray floats = converted(numbers, Dtype::Float32);
    itsSession.setWeight(static_cast<uint32_t>(parameter),
                         {floats.as<float>(), floats.as<float>() + floats.size()});
  };
  seedRandom(itsOptions.seed);
  actions.summary = [this] {
    writeOut(summaryText(itsProgram, {terminalColumns(), onTerminal(), itsTrained}));
  };
  actions.summaryOf = [](const ModelSummary &model) {
    writeOut(summaryText(model, {terminalColumns(), onTerminal(), false}));
  };
  return actions;
}

void Run::train() {
  if (itsProgram.fit_count == 0)
    throw Error{fmt::format("{} has no fit: there is nothing to train", itsProgram.spec)};
  if (!begin())
    return;
  loadEntries(fitEntries());
  carryOut(false);
}

uint32_t Run::entryOf(IngotEntryKind kind) const {
  for (uint32_t i = 0; i < itsProgram.entry_count; ++i)
    if (itsProgram.entries[i].kind == static_cast<uint32_t>(kind))
      return i;
  throw Error{fmt::format("{} was compiled without that step; compile it again", itsProgram.spec)};
}

uint32_t Run::preparedEntry() const {
  for (uint32_t i = 0; i < itsProgram.entry_count; ++i)
    if (const IngotEntry &entry = itsProgram.entries[i]; entry.kind == INGOT_PREDICT_STEP &&
                                                         entry.images >= 0 &&
                                                         !itsProgram.arrays[entry.images].reader)
      return i;
  throw Error{fmt::format("{} was compiled without that step; compile it again", itsProgram.spec)};
}

IngotEvaluation Run::evaluation() const {
  for (uint32_t i = 0; i < itsProgram.evaluation_count; ++i)
    if (int32_t entry = itsProgram.evaluations[i].entry;
        itsProgram.entries[entry].kind == INGOT_EVALUATE_STEP)
      return itsProgram.evaluations[i];
  for (uint32_t i = 0; i < itsProgram.fit_count; ++i)
    if (int32_t entry = itsProgram.fits[i].validation_entry; entry >= 0)
      return {entry, 1, itsProgram.fits[i].validation_batch};
  throw Error{fmt::format("{} has neither an evaluation nor validation data; add "
                          "model.evaluate(x_test, y_test) and compile it again",
                          itsProgram.spec)};
}

Rows Run::evaluationRows() {
  Rows taken;
  bool first = true;
  auto take = [&](Rows rows) {
    if (first)
      taken = std::move(rows);
    first = false;
  };
  ScriptActions asked = actions();
  asked.evaluate = [&](int64_t, Rows rows) {
    take(std::move(rows));
    return std::vector<double>();
  };
  asked.fit = [&](int64_t, FitData data) {
    take(std::move(data.validationRows));
    return History();
  };
  bool evaluates =
      std::any_of(itsProgram.script, itsProgram.script + itsProgram.script_count,
                  [](const IngotInstruction &each) { return each.opcode == INGOT_EVALUATE; });
  runOnly(itsProgram, asked, {evaluates ? INGOT_EVALUATE : INGOT_FIT});
  return taken;
}

/// JSON has no NaN.
static std::string jsonNumber(double value) {
  return std::isfinite(value) ? floatText(value) : "null";
}

void Run::evaluate() {
  IngotEvaluation chosen = evaluation();
  beginTrained();
  loadEntries({chosen.entry});
  SigintGuard guard;
  std::vector<MetricValue> values =
      itsSession.evaluate(chosen, observer(1, itsOptions.json).get(), evaluationRows());
  std::string text;
  for (const MetricValue &value : values)
    text += itsOptions.json ? fmt::format("{}\"{}\": {}", text.empty() ? "{" : ", ", value.name,
                                          jsonNumber(value.value))
                            : fmt::format("{}: {}\n", value.name,
                                          metricText(value.value, ProgressBar::Style::Bar));
  writeOut(itsOptions.json ? text + "}\n" : text);
}

int32_t Run::testImages(const IngotEntry &entry) const {
  const IngotArray &own = itsProgram.arrays[entry.images];
  for (uint32_t i = 0; i < itsProgram.array_count; ++i) {
    const IngotArray &array = itsProgram.arrays[i];
    if (array.split == INGOT_SPLIT_TEST && array.rank == own.rank && array.element == own.element &&
        std::string(array.source) == own.source && std::string(array.key) == own.key)
      return static_cast<int32_t>(i);
  }
  return entry.images;
}

std::string predictionText(const std::vector<float> &output, size_t images, bool json) {
  size_t width = images ? output.size() / images : 0;
  std::string text = json ? "[" : "";
  for (size_t image = 0; image < images; ++image) {
    const float *row = output.data() + image * width;
    if (!json) {
      size_t best = static_cast<size_t>(std::max_element(row, row + width) - row);
      text += fmt::format("{} {} {:.4f}\n", image, best, row[best]);
      continue;
    }
    text += image ? ",\n[" : "[";
    for (size_t i = 0; i < width; ++i)
      // The shortest digits that give the same float.
      text += (i ? ", " : "") + (std::isfinite(row[i]) ? fmt::format("{}", row[i]) : "null");
    text += "]";
  }
  return json ? text + "]\n" : text;
}

void Run::predict() {
  uint32_t entry = itsOptions.raw ? preparedEntry() : entryOf(INGOT_PREDICT_STEP);
  const IngotEntry &step = itsProgram.entries[entry];
  if (step.images < 0 || static_cast<uint32_t>(step.images) >= itsProgram.array_count)
    throw Error{"this program's descriptor is inconsistent; compile it again"};
  Samples given;
  const Samples *samples = &given;
  if (itsOptions.images.empty()) {
    int32_t array = testImages(step);
    if (!itsProgram.arrays[array].reader)
      throw Error{fmt::format("{} computes the images itself; name a file of some with --images",
                              itsProgram.spec)};
    beginTrained();
    load({array});
    samples = &itsSamples[array];
  } else {
    given = loadNpy(itsProgram.arrays[step.images], itsOptions.images);
    beginTrained();
  }
  SigintGuard guard;
  std::vector<float> output =
      itsSession.predict(entry, SampleView{samples->data(), samples->count});
  writeOut(predictionText(output, static_cast<size_t>(samples->count), itsOptions.json));
}

void Run::bench() {
  itsSession.initialize();
  // Kernels and steps can be measured without the data set; an epoch cannot.
  try {
    loadEntries(fitEntries());
  } catch (const Error &error) {
    if (!itsOptions.dataFolder.empty())
      throw;
    printMessage("{}: note: without an epoch: {}\n", itsProgram.name, error.message);
    for (uint32_t i = 0; i < itsProgram.array_count; ++i)
      itsSession.setArray(i, {});
  }
  runBench(itsSession, {itsOptions.json});
}

} // namespace ingot::runtime
