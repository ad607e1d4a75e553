// What calling Keras's classes, layers and models does.

#ifndef INGOT_COMPILER_IMPORT_KERAS_CALLS_H
#define INGOT_COMPILER_IMPORT_KERAS_CALLS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// Conv2D(...), Input(...), Model(...), Adam(...): makes the object, or reports why not.
Value callSymbol(Evaluator &evaluator, const ApiEntry &entry, Call &call);
/// A layer or model called on tensors.
Value callObject(Evaluator &evaluator, const Value &object, Call &call);
/// Attributes and methods of tensors, layers and models; nothing if there is none of that name.
std::optional<Value> kerasAttribute(Evaluator &evaluator, const Value &object, const std::string &name,
                                    SourceRange range);

/// One call of a layer on tensors: the output tensor, or nothing after an error.
std::optional<int> applyLayer(Evaluator &evaluator, int layer, std::vector<int> inputs, SourceRange range);
Value tensorValue(Evaluator &evaluator, int tensor);
/// Takes the first argument out of a call: the first positional one, or one of these keywords.
std::optional<Argument> takeFirst(Call &call, std::initializer_list<std::string_view> names);

/// An activation called on a tensor (Operations.cpp).
Value callActivation(Evaluator &evaluator, const ApiEntry &entry, Call &call);
/// x + y, x * 2.0 and the like, one of them a tensor at least.
Value tensorOperation(Evaluator &evaluator, std::string_view op, const Value &left, const Value &right,
                      SourceRange range);
Value negatedTensor(Evaluator &evaluator, const Value &operand, SourceRange range);

/// Assigns to an attribute of a layer or model: `layer.trainable = False`. False if there is none to assign to.
bool assignKerasAttribute(Evaluator &evaluator, const Value &object, const std::string &name, const Value &value,
                          SourceRange range);
/// Makes the layers of a Sequential model whose input shape was not known; false after an error.
bool buildSequential(Evaluator &evaluator, int model, const Shape &input, SourceRange range);

/// The arguments by parameter, after names and number have been checked; null where not given.
std::optional<std::vector<const Argument *>> matchArguments(Evaluator &evaluator, std::string_view owner,
                                                            std::span<const Parameter> parameters, const Call &call);
/// All arguments checked and kept as a Config.
std::optional<Config> configure(Evaluator &evaluator, const ApiEntry &entry, const Call &call);
/// compile, fit, evaluate, summary of a model (Fit.cpp).
Value compileModel(Evaluator &evaluator, Value self, Call &call);
Value fitModel(Evaluator &evaluator, Value self, Call &call);
Value evaluateModel(Evaluator &evaluator, Value self, Call &call);
/// "here the input is 28x28x1, from 'input_layer' defined here".
void addTrace(Evaluator &evaluator, python::Diagnostic &diagnostic, int tensor);

} // namespace ingot::import

#endif
