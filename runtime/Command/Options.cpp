// Parsing of the command line.

#include "runtime/Command/Options.h"

#include "runtime/Command/Help.h"
#include "runtime/Command/NearestName.h"
#include "runtime/Core/Error.h"

#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <sys/random.h>
#include <vector>

namespace ingot::runtime {

namespace po = boost::program_options;

static constexpr int64_t mostEpochs = 1'000'000'000, mostThreads = 4096;

[[noreturn]] static void fail(const std::string &message) { throw Error{message, Error::usage}; }

static int64_t number(const std::string &flag, const std::string &text, int64_t least,
                      int64_t most) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = end == text.data() + text.size() && !text.empty();
  if (error == std::errc::invalid_argument || !whole)
    fail(fmt::format("--{} {}: a whole number is needed", flag, text));
  if (error != std::errc() || value < least || value > most)
    fail(fmt::format("--{} {}: a number from {} to {} is needed", flag, text, least, most));
  return value;
}

static uint64_t seedNumber(const std::string &text) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    fail(fmt::format("--seed {}: a whole number from 0 to {} is needed", text, UINT64_MAX));
  return value;
}

static double rate(const std::string &text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) ||
      !(value > 0) || value > 1e6)
    fail(fmt::format("--learning-rate {}: a positive number up to 1000000 is needed, such as 0.001",
                     text));
  return value;
}

/// "500": steps; "30s": seconds.
static CheckpointEvery checkpointEvery(const std::string &text) {
  if (!text.ends_with('s'))
    return {number("checkpoint-every", text, 1, INT64_MAX), {}};
  double seconds = 0;
  const char *last = text.data() + text.size() - 1;
  auto [end, error] = std::from_chars(text.data(), last, seconds);
  if (error != std::errc() || end != last || !(seconds >= 0 && seconds <= 1e9))
    fail(fmt::format("--checkpoint-every {}: a number of steps is needed, or of seconds: 30s",
                     text));
  return {{}, seconds};
}

static Progress progressOf(const std::string &text) {
  if (text == "keras")
    return Progress::Keras;
  if (text == "line")
    return Progress::Line;
  if (text == "none")
    return Progress::None;
  fail(fmt::format("--progress {}: keras, line or none is needed", text));
}

static std::string path(const std::string &flag, const std::string &text) {
  if (text.empty())
    fail(fmt::format("--{}: a path is needed", flag));
  return text;
}

static void set(Options &options, const std::string &flag, const std::string &value,
                const IngotProgram &program) {
  if (flag == "epochs")
    options.epochs = number(flag, value, 1, mostEpochs);
  else if (flag == "batch-size") {
    options.batch = number(flag, value, INT64_MIN, INT64_MAX);
    if (*options.batch < 1 || *options.batch > program.batch)
      fail(fmt::format("--batch-size {}: this program takes 1 to {}; for more, set batch_size in "
                       "{} and compile it again",
                       value, program.batch, program.spec));
  } else if (flag == "learning-rate")
    options.learningRate = rate(value);
  else if (flag == "seed") {
    options.seed = seedNumber(value);
    options.seedGiven = true;
  } else if (flag == "threads")
    options.threads = static_cast<int>(number(flag, value, 1, mostThreads));
  else if (flag == "data-dir")
    options.dataFolder = path(flag, value);
  else if (flag == "save")
    options.save = path(flag, value);
  else if (flag == "init-weights")
    options.initWeights = path(flag, value);
  else if (flag == "checkpoint")
    options.checkpoint = path(flag, value);
  else if (flag == "no-checkpoint")
    options.noCheckpoint = true;
  else if (flag == "no-shuffle")
    options.noShuffle = true;
  else if (flag == "json")
    options.json = true;
  else if (flag == "progress")
    options.progress = progressOf(value);
  else if (flag == "checkpoint-every")
    options.checkpointEvery = checkpointEvery(value);
  else if (flag == "resume")
    options.resume = true;
  else if (flag == "raw")
    options.raw = true;
  else if (flag == "help")
    options.help = true;
}

/// What Boost is told: every flag, whatever the command, so that a flag's value is never taken for
/// a command.
static po::options_description describe() {
  po::options_description description;
  for (const Flag &flag : allFlags()) {
    if (flag.value)
      description.add_options()(flag.name, po::value<std::string>(), "");
    else
      description.add_options()(flag.name, "");
  }
  return description;
}

static char letterOf(Command command) {
  for (const CommandName &entry : allCommands())
    if (entry.command == command)
      return entry.letter;
  return 's';
}

static void checkFlag(const std::string &token, const std::string &flag, Command command,
                      const IngotProgram &program) {
  std::vector<std::string> names;
  for (const Flag &entry : allFlags()) {
    bool taken = std::strchr(entry.commands, letterOf(command));
    if (taken)
      names.push_back(std::string("--") + entry.name);
    if (flag != entry.name)
      continue;
    if (!taken)
      fail(fmt::format("{} is no flag of this command; {} --help lists what there is", token,
                       program.name));
    return;
  }
  std::string given = token.substr(0, token.find('=')), nearest = nearestName(given, names);
  fail(nearest.empty() ? fmt::format("unknown flag {}; {} --help lists them", given, program.name)
                       : fmt::format("unknown flag {}; did you mean {}?", given, nearest));
}

static Command commandOf(const std::string &name, const IngotProgram &program) {
  std::vector<std::string> names{"report"};
  for (const CommandName &entry : allCommands()) {
    if (name == entry.name)
      return entry.command;
    names.push_back(entry.name);
  }
  if (name == "report")
    fail("report: not available yet");
  std::string nearest = nearestName(name, names);
  fail(nearest.empty()
           ? fmt::format("unknown command '{}'; {} --help lists them", name, program.name)
           : fmt::format("unknown command '{}'; did you mean {}?", name, nearest));
}

static std::vector<po::option> tokens(int argc, const char *const *argv,
                                      const po::options_description &description) {
  namespace style = po::command_line_style;
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  // What other programs understand first of all.
  if (!words.empty() && (words[0] == "-h" || words[0] == "help"))
    words[0] = "--help";
  if (words == std::vector<std::string>{"--version"})
    words[0] = "version";
  try {
    return po::command_line_parser(words)
        .options(description)
        .allow_unregistered()
        .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
        .run()
        .options;
  } catch (const po::error_with_option_name &error) {
    fail(fmt::format("{}: a value is needed", error.get_option_name()));
  } catch (const po::error &error) {
    fail(error.what());
  }
}

static uint64_t newSeed() {
  uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != static_cast<ssize_t>(sizeof seed))
    seed = 1;
  return seed;
}

/// The first word that belongs to no flag.
static Command findCommand(const std::vector<po::option> &all, const IngotProgram &program) {
  for (const po::option &option : all)
    if (option.position_key >= 0 || option.string_key.empty())
      return commandOf(option.value.empty() ? "" : option.value[0], program);
  return Command::Script;
}

Options parseOptions(int argc, const char *const *argv, const IngotProgram &program) {
  po::options_description description = describe();
  std::vector<po::option> all = tokens(argc, argv, description);
  // Flags that nobody knows come first: their values look like commands.
  for (const po::option &option : all)
    if (option.unregistered)
      checkFlag(option.original_tokens[0], option.string_key, Command::Script, program);
  Options options;
  options.seed = newSeed();
  options.command = findCommand(all, program);
  int words = 0;
  for (const po::option &option : all) {
    if (option.position_key < 0 && !option.string_key.empty()) {
      checkFlag(option.original_tokens[0], option.string_key, options.command, program);
      set(options, option.string_key, option.value.empty() ? "" : option.value[0], program);
      continue;
    }
    const std::string &word = option.value.at(0);
    if (words == 1 && options.command == Command::Predict)
      options.images = path("images", word);
    else if (words > 0)
      fail(fmt::format("'{}' is one word too many; {} --help says what is expected", word,
                       program.name));
    ++words;
  }
  if (options.help)
    options.helpText = helpText(program, options.command);
  if (options.raw && options.images.empty() && !options.help)
    fail("--raw: a file of prepared images is needed: predict IMAGES.npy --raw");
  if (options.noCheckpoint && options.checkpoint)
    fail("--checkpoint and --no-checkpoint exclude each other");
  if (options.noCheckpoint && options.resume)
    fail("--resume and --no-checkpoint exclude each other: a checkpoint is what is resumed from");
  return options;
}

} // namespace ingot::runtime
