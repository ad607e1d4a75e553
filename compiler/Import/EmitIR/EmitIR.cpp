// The program op, and the order of what is in it.

#include "compiler/Import/EmitIR/EmitIR.h"

#include "compiler/Import/EmitIR/Emitter.h"
#include "compiler/Import/Keras/Api.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::import;

Location Emitter::at(Position position) const {
  return FileLineColLoc::get(builder.getContext(), program.path, position.line, position.column);
}

Location Emitter::at(const std::string &layer, Position position) const {
  return NameLoc::get(StringAttr::get(builder.getContext(), layer), at(position));
}

RankedTensorType Emitter::tensor(ArrayRef<int64_t> shape) const {
  return RankedTensorType::get(shape, Float32Type::get(builder.getContext()));
}

RankedTensorType Emitter::batched(ArrayRef<int64_t> shape) const {
  SmallVector<int64_t> sizes{ShapedType::kDynamic};
  sizes.append(shape.begin(), shape.end());
  return tensor(sizes);
}

/// The rows that buffers must hold: the largest batch that the script asks for.
static int64_t largestBatch(const Program &program) {
  int64_t batch = 0;
  for (const Fit &fit : program.fits)
    batch = std::max({batch, fit.batch, fit.validation_x < 0 ? 0 : fit.validation_batch});
  for (const Evaluation &evaluation : program.evaluations)
    batch = std::max(batch, evaluation.batch);
  for (const Prediction &prediction : program.predictions)
    batch = std::max(batch, prediction.batch);
  return batch > 0 ? batch : 32;
}

OwningOpRef<ModuleOp> ingot::import::emitIR(MLIRContext &context, const Program &program) {
  context.loadDialect<nn::NNDialect, train::TrainDialect>();
  Emitter emitter{OpBuilder(&context), program, {}};
  Location loc = emitter.at({1, 1});
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  emitter.builder.setInsertionPointToEnd(module->getBody());
  double rate = 0;
  if (program.compile)
    rate = numberArgument(program.compile->optimizer, "learning_rate",
                          /*absent=*/std::numeric_limits<double>::quiet_NaN());
  auto op = train::ProgramOp::create(
      emitter.builder, loc, program.name, program.path, program.digest, largestBatch(program),
      program.model.name, APFloat(rate),
      /*arena=*/IntegerAttr(), /*state=*/IntegerAttr(),
      program.keras_config.empty() ? StringAttr()
                                   : emitter.builder.getStringAttr(program.keras_config));
  emitter.builder.setInsertionPointToEnd(&op.getBody().emplaceBlock());
  if (failed(emitArrays(emitter)) || failed(emitModel(emitter)) || failed(emitCallbacks(emitter)) ||
      failed(emitScript(emitter)))
    return nullptr;
  return module;
}
