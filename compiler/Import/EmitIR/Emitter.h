// The parts of EmitIR: each emits one part of the program.

#ifndef INGOT_COMPILER_IMPORT_EMITIR_EMITTER_H
#define INGOT_COMPILER_IMPORT_EMITIR_EMITTER_H

#include "compiler/Import/Model.h"
#include "dialects/NN/NN.h"
#include "dialects/Train/Train.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace ingot::import {

/// What the parts share: the builder, which stands within the train.program, and the places of the
/// script.
struct Emitter {
  mlir::OpBuilder builder;
  const Program &program;
  std::vector<std::string> arrayNames;         // of program.arrays
  std::vector<std::string> callbackNames = {}; // of program.callbacks

  /// The nn.model of Program::others.
  static std::string nameOfOther(size_t index) { return "model_" + std::to_string(index + 1); }

  mlir::Location at(Position position) const;
  /// A place, under a layer's name: kernels get their names from it.
  mlir::Location at(const std::string &layer, Position position) const;

  mlir::RankedTensorType tensor(llvm::ArrayRef<int64_t> shape) const;
  mlir::RankedTensorType batched(llvm::ArrayRef<int64_t> shape) const; // with the batch before it
};

/// A weight of a layer: `layer/weight` is the train.parameter.
struct LayerWeight {
  std::string name;
  std::vector<int64_t> shape;
  Config initializer;
  std::optional<Config> regularizer;
  bool trainable = true;
  Position position;
};

/// The activation that a layer's argument `activation` says, or null after an error.
mlir::Value emitActivationOf(mlir::OpBuilder &builder, mlir::Location loc, const Config &layer,
                             mlir::Value input);
/// The activation of that name and with those arguments; of that name with its defaults. "linear"
/// is the input itself.
mlir::Value emitActivation(mlir::OpBuilder &builder, mlir::Location loc, const Config &activation,
                           mlir::Value input);
mlir::Value emitActivation(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
                           mlir::Value input);

/// The attribute of a configured initializer for a weight of that shape; null after an error.
train::InitializerAttr initializerFor(const Config &config, llvm::ArrayRef<int64_t> shape,
                                      mlir::Location loc);

/// The attribute of a configured regularizer; null after an error.
train::RegularizerAttrInterface regularizerFor(const Config &config, mlir::Location loc);

mlir::LogicalResult emitArrays(Emitter &emitter);
/// The parameters, layers and nn.model; then the optimizer's slots and train.compile.
mlir::LogicalResult emitModel(Emitter &emitter);
mlir::LogicalResult emitCallbacks(Emitter &emitter);
mlir::LogicalResult emitScript(Emitter &emitter);
/// A function's block in an empty region: its arguments, actions and train.yield.
void emitFunction(Emitter &emitter, const CallbackFunction &function, mlir::Region &region);

/// model.compile's parts; null after an error.
train::OptimizerAttrInterface optimizerFor(const Config &config, mlir::Location loc);
/// What an optimizer's configuration says besides; null where it says nothing.
train::ScheduleAttrInterface scheduleFor(const Config &optimizer, mlir::Location loc);
train::ClipAttr clipFor(const Config &optimizer, mlir::Location loc);
mlir::FloatAttr weightDecayFor(const Config &optimizer, mlir::Location loc);
LossAttrInterface lossFor(const Config &config, mlir::Location loc);
MetricAttrInterface metricFor(const Config &config, llvm::StringRef name, mlir::Location loc);

/// ImageDataGenerator's configuration for images of that shape [height, width, channels].
train::ImageGeneratorAttr imageGeneratorFor(mlir::MLIRContext *context, const Config &config,
                                            llvm::ArrayRef<int64_t> image);

} // namespace ingot::import

#endif
