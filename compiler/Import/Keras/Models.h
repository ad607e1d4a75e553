// Sequential and functional models of a script.

#ifndef INGOT_COMPILER_IMPORT_KERAS_MODELS_H
#define INGOT_COMPILER_IMPORT_KERAS_MODELS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// Sequential([...], name=...).
Value callSequential(Evaluator &evaluator, const ApiEntry &entry, Call &call);
/// Model(inputs, outputs, name=...).
Value callModelClass(Evaluator &evaluator, const ApiEntry &entry, Call &call);
/// A model called on tensors: a layer of other models.
Value callModel(Evaluator &evaluator, int model, const Call &call);

/// Adds one layer to a Sequential model, which is broken after an error.
void addToSequential(Evaluator &evaluator, int model, const Value &layer, SourceRange range);
/// Each time that a Sequential model whose input is known gets its layers, Keras makes a Functional
/// model of them, which takes an automatic name (keras/src/models/sequential.py, _maybe_rebuild).
void countBuild(Graph &graph, const GraphModel &model);
/// Makes the layers of a Sequential model whose input shape was not known; false after an error.
bool buildSequential(Evaluator &evaluator, int model, const Shape &input, SourceRange range);
/// Whether the input shape of a model is needed and not known, which is an error then.
bool needsShape(Evaluator &evaluator, const GraphModel &model);
/// The layer as which other models use this one.
int layerOf(Evaluator &evaluator, int model);

} // namespace ingot::import

#endif
