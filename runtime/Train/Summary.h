// model.summary().

#ifndef INGOT_RUNTIME_TRAIN_SUMMARY_H
#define INGOT_RUNTIME_TRAIN_SUMMARY_H

#include "runtime/ABI/Program.h"

#include <string>

namespace ingot::runtime {

struct SummaryStyle {
  int columns = 80;     // of the terminal
  bool colours = false; // a terminal's
  bool trained = false; // a fit has run: Keras then counts the optimizer's state as well
};

/// Keras 3's table, with a newline at its end.
std::string summaryText(const IngotProgram &program, const SummaryStyle &style);

} // namespace ingot::runtime

#endif
