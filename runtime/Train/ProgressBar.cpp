// Drawing of progress.

#include "runtime/Train/ProgressBar.h"

#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace ingot::runtime {

static constexpr int64_t barWidth = 20;
static constexpr double redrawSeconds = 0.05;

std::string metricText(double value, ProgressBar::Style style) {
  // Keras forgets the absolute value in its lines.
  double size = style == ProgressBar::Style::Bar ? std::abs(value) : value;
  if (std::isnan(value))
    return "nan";
  return size > 1e-3 ? fmt::format("{:.4f}", value) : fmt::format("{:.4e}", value);
}

static std::string metricsText(std::span<const MetricValue> values, ProgressBar::Style style) {
  std::string text;
  for (const MetricValue &value : values)
    text += fmt::format(" - {}: {}", value.name, metricText(value.value, style));
  return text;
}

static std::string stepText(double seconds) {
  if (seconds >= 1 || seconds == 0)
    return fmt::format(" {:.0f}s/step", seconds);
  if (seconds >= 1e-3)
    return fmt::format(" {:.0f}ms/step", seconds * 1e3);
  return fmt::format(" {:.0f}us/step", seconds * 1e6);
}

static std::string remainingText(double seconds) {
  auto whole = [](double value) { return static_cast<int64_t>(value); };
  if (seconds > 3600)
    return fmt::format("{}:{:02}:{:02}", whole(seconds / 3600),
                       whole(std::fmod(seconds, 3600) / 60), whole(std::fmod(seconds, 60)));
  if (seconds > 60)
    return fmt::format("{}:{:02}", whole(seconds / 60), whole(std::fmod(seconds, 60)));
  return fmt::format("{}s", whole(seconds));
}

static std::string repeated(const char *text, int64_t count) {
  std::string result;
  for (int64_t i = 0; i < count; ++i)
    result += text;
  return result;
}

/// Columns that a text takes: escape sequences take none, a character in UTF-8 one.
static size_t columns(const std::string &text) {
  size_t count = 0;
  bool escape = false;
  for (char c : text) {
    if (c == '\x1b')
      escape = true;
    if (!escape && (static_cast<unsigned char>(c) & 0xc0) != 0x80)
      ++count;
    if (c == 'm')
      escape = false;
  }
  return count;
}

std::string ProgressBar::bar(int64_t current) const {
  size_t digits = fmt::format("{}", itsTarget).size();
  int64_t done = std::min(barWidth, static_cast<int64_t>(static_cast<double>(barWidth) *
                                                         (static_cast<double>(current) /
                                                          static_cast<double>(itsTarget))));
  std::string text = fmt::format("\x1b[1m{:>{}}/{}\x1b[0m ", current, digits, itsTarget);
  if (done > 0)
    text += "\x1b[32m" + repeated("━", done) + "\x1b[0m";
  return text + "\x1b[37m" + repeated("━", barWidth - done) + "\x1b[0m";
}

double ProgressBar::stepSeconds(int64_t current, double now) {
  int64_t done = current - itsFirst;
  if (done == 0)
    return 0;
  double seconds = itsFirstStep >= 0 && done > 1
                       ? (now - itsFirstStep) / static_cast<double>(done - 1)
                       : (now - itsStart) / static_cast<double>(done);
  if (done == 1)
    itsFirstStep = now;
  return seconds;
}

std::string ProgressBar::draw(int64_t current, std::span<const MetricValue> values, double now,
                              bool last) {
  double seconds = stepSeconds(current, now);
  if (now - itsLastUpdate < redrawSeconds && !last)
    return {};
  std::string info =
      fmt::format(" \x1b[1m{}\x1b[0m",
                  last ? fmt::format("{:.0f}s", now - itsStart)
                       : remainingText(seconds * static_cast<double>(itsTarget - current)));
  std::string drawn = bar(current) + info + stepText(seconds) + metricsText(values, itsStyle);
  size_t width = columns(drawn);
  std::string text = std::string(itsWidth, '\b') + "\r" + drawn;
  if (itsWidth > width)
    text.append(itsWidth - width, ' ');
  if (last)
    text += "\n";
  itsWidth = width;
  itsLastUpdate = now;
  return text;
}

std::string ProgressBar::line(int64_t current, std::span<const MetricValue> values,
                              double now) const {
  double elapsed = now - itsStart;
  size_t digits = fmt::format("{}", itsTarget).size();
  return fmt::format(
      "{:>{}}/{} - {:.0f}s -{}{}\n", current, digits, itsTarget, elapsed,
      stepText(elapsed / static_cast<double>(std::max<int64_t>(current - itsFirst, 1))),
      metricsText(values, itsStyle));
}

std::string ProgressBar::update(int64_t current, std::span<const MetricValue> values, double now,
                                bool last) {
  if (itsStyle == Style::Bar)
    return draw(current, values, now, last);
  return last ? line(current, values, now) : std::string();
}

ProgressPrinter::ProgressPrinter(ProgressBar::Style style,
                                 std::function<void(const std::string &)> print,
                                 std::function<double()> clock)
    : itsStyle(style), itsPrint(std::move(print)), itsClock(std::move(clock)), itsBar(style, 1, 0) {
}

void ProgressPrinter::onEpochBegin(int64_t epoch, int64_t epochs, int64_t steps) {
  if (epochs > 1)
    itsPrint(fmt::format("Epoch {}/{}\n", epoch + 1, epochs));
  itsSteps = steps;
  itsBar = ProgressBar(itsStyle, steps, itsClock());
}

/// The epoch's heading was printed by the earlier run.
void ProgressPrinter::onResume(int64_t, int64_t, int64_t steps, int64_t step) {
  itsSteps = steps;
  itsBar = ProgressBar(itsStyle, steps, itsClock(), step);
}

void ProgressPrinter::onStep(int64_t step, int64_t, std::span<const MetricValue> running) {
  if (itsStyle == ProgressBar::Style::Line)
    return;
  std::string text = itsBar.update(step, running, itsClock(), false);
  if (!text.empty())
    itsPrint(text);
}

void ProgressPrinter::onEpochEnd(std::span<const MetricValue> logs) {
  itsPrint(itsBar.update(itsSteps, logs, itsClock(), true));
}

double steadySeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace ingot::runtime
