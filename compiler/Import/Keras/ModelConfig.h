// A model as Keras's files describe it.

#ifndef INGOT_COMPILER_IMPORT_KERAS_MODEL_CONFIG_H
#define INGOT_COMPILER_IMPORT_KERAS_MODEL_CONFIG_H

#include "compiler/Import/Keras/Graph.h"

#include <string>

namespace ingot::import {

/// The JSON that Keras's model.to_json() gives, as far as loading needs it: layers with all their
/// arguments, how they are connected, and, where the model is compiled, optimizer, loss and
/// metrics.
std::string modelConfig(const Graph &graph, const GraphModel &model);

} // namespace ingot::import

#endif
