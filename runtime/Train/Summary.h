// model.summary().

#ifndef INGOT_RUNTIME_TRAIN_SUMMARY_H
#define INGOT_RUNTIME_TRAIN_SUMMARY_H

#include "runtime/ABI/Program.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace ingot::runtime {

struct SummaryStyle {
  int columns = 80;     // of the terminal
  bool colours = false; // a terminal's
  bool trained = false; // a fit has run: Keras then counts the optimizer's state as well
};

/// A model, and how many numbers it has.
struct ModelSummary {
  std::string name;
  std::span<const IngotLayer> layers;
  uint64_t trainable = 0, fixed = 0;
  // The optimizer's slots, where the model is trained, and how many learning rates it keeps: none
  // where a schedule computes it.
  std::optional<uint64_t> slots;
  uint64_t rates = 1;
};

/// Keras 3's table, with a newline at its end.
std::string summaryText(const ModelSummary &model, const SummaryStyle &style);
/// The same of the program's model.
std::string summaryText(const IngotProgram &program, const SummaryStyle &style);

} // namespace ingot::runtime

#endif
