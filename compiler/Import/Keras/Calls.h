// What calling Keras's classes, layers and models does.

#ifndef INGOT_COMPILER_IMPORT_KERAS_CALLS_H
#define INGOT_COMPILER_IMPORT_KERAS_CALLS_H

#include "compiler/Import/Evaluate/Evaluator.h"

namespace ingot::import {

/// Conv2D(...), Input(...), Model(...), Adam(...): makes the object, or reports why not.
Value callSymbol(Evaluator &evaluator, const ApiEntry &entry, Call &call);
/// A layer or model called on tensors.
Value callObject(Evaluator &evaluator, const Value &object, Call &call);
/// Attributes and methods of tensors, layers and models (Attributes.cpp); nothing if there is none
/// of that name.
std::optional<Value> kerasAttribute(Evaluator &evaluator, const Value &object,
                                    const std::string &name, SourceRange range);

/// One call of a layer on tensors: the output tensor, or nothing after an error.
std::optional<int> applyLayer(Evaluator &evaluator, int layer, std::vector<int> inputs,
                              SourceRange range);
Value tensorValue(Evaluator &evaluator, int tensor);
/// The tensor of an Input of samples of this shape.
int makeInput(Evaluator &evaluator, Shape shape, std::string name, SourceRange range);
/// The tensors that a layer is called on; nothing after an error. `type` is the layer's for
/// messages.
std::optional<std::vector<int>> inputsOf(Evaluator &evaluator, const ApiEntry &entry,
                                         std::string_view type, const Call &call);
/// The shape of a sample as a tuple or list of positive ints; nothing after an error.
std::optional<Shape> shapeArgument(Evaluator &evaluator, const Argument &argument,
                                   std::string_view what);
/// Takes the first argument out of a call: the first positional one, or one of these keywords.
std::optional<Argument> takeFirst(Call &call, std::initializer_list<std::string_view> names);

/// An activation called on a tensor (Operations.cpp).
Value callActivation(Evaluator &evaluator, const ApiEntry &entry, Call &call);
/// x + y, x * 2.0 and the like, one of them a tensor at least.
Value tensorOperation(Evaluator &evaluator, std::string_view op, const Value &left,
                      const Value &right, SourceRange range);
Value negatedTensor(Evaluator &evaluator, const Value &operand, SourceRange range);

/// Assigns to an attribute of a layer or model: `layer.trainable = False`. False if there is none
/// to assign to.
bool assignKerasAttribute(Evaluator &evaluator, const Value &object, const std::string &name,
                          const Value &value, SourceRange range);

/// The arguments by parameter, after names and number have been checked; null where not given.
std::optional<std::vector<const Argument *>> matchArguments(Evaluator &evaluator,
                                                            std::string_view owner,
                                                            std::span<const Parameter> parameters,
                                                            const Call &call);
/// All arguments checked and kept as a Config.
std::optional<Config> configure(Evaluator &evaluator, const ApiEntry &entry, const Call &call);
/// compile, fit, evaluate, summary of a model (Fit.cpp).
Value compileModel(Evaluator &evaluator, Value self, Call &call);
Value fitModel(Evaluator &evaluator, Value self, Call &call);
Value evaluateModel(Evaluator &evaluator, Value self, Call &call);
/// Whether ImageDataGenerator takes these arguments (ImageGenerator.cpp).
bool checkGenerator(Evaluator &evaluator, const Config &config, SourceRange range);
std::optional<Value> generatorAttribute(Evaluator &evaluator, const Value &object,
                                        const std::string &name, SourceRange range);
Value predictModel(Evaluator &evaluator, Value self, Call &call);
Value predictBatch(Evaluator &evaluator, Value self, Call &call);
/// What a model that is built makes of an array's samples; poison after an error.
Value predictSamples(Evaluator &evaluator, int model, const Argument &x, int64_t batch, int verbose,
                     SourceRange range);
/// Models, layers, activations and losses that are called on arrays (EagerCalls.cpp): a value of
/// the run, or poison after an error.
Value callModelOnArray(Evaluator &evaluator, int model, const Call &call);
Value callLayerOnArray(Evaluator &evaluator, int layer, const Call &call);
Value callActivationOnArray(Evaluator &evaluator, const ApiEntry &entry, const Argument &argument,
                            const Call &rest);
Value callLossOnArrays(Evaluator &evaluator, const ConfigObject &loss, const Call &call);
/// save, save_weights and load_weights (ModelFiles.cpp).
Value saveModel(Evaluator &evaluator, Value self, Call &call);
Value saveWeights(Evaluator &evaluator, Value self, Call &call);
Value loadWeights(Evaluator &evaluator, Value self, Call &call);

/// An int argument of fit, evaluate and predict, from `least` on; nothing after an error.
std::optional<int64_t> countArgument(Evaluator &evaluator, const Argument *argument, int64_t absent,
                                     int64_t least, std::string_view what);
/// 'verbose': 0, 1, 2 or "auto", which is 1.
std::optional<int> verbosity(Evaluator &evaluator, const Argument *argument);
/// What fit, evaluate and predict check alike: that the model is there, compiled where they need
/// that, and the arguments supported.
bool checkRun(Evaluator &evaluator, GraphModel &model, std::string_view name,
              std::span<const Parameter> parameters, const std::vector<const Argument *> &given,
              const Call &call, bool compiled = true);
/// "here the input is 28x28x1, from 'input_layer' defined here".
void addTrace(Evaluator &evaluator, python::Diagnostic &diagnostic, int tensor);

} // namespace ingot::import

#endif
