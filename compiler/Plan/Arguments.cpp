// The fields of the step state, and the other memory that a step is given.

#include "compiler/Plan/Arguments.h"

#include "mlir/IR/SymbolTable.h"
#include "runtime/ABI/Program.h"
#include <cstddef>

using namespace mlir;
using namespace ingot;

namespace {
struct Field {
  StringRef name;
  size_t offset;
  bool isFloat;
  unsigned bits;
};
} // namespace

static constexpr Field fields[] = {
    {"valid_count", offsetof(IngotStepState, valid_count), false, 64},
    {"step", offsetof(IngotStepState, step), false, 64},
    {"epoch", offsetof(IngotStepState, epoch), false, 64},
    {"seed", offsetof(IngotStepState, seed), false, 64},
    {"learning_rate", offsetof(IngotStepState, learning_rate), true, 32},
};

static FailureOr<plan::Place> placeField(train::StepOp step, StringRef name, Type type) {
  const Field *field = llvm::find_if(fields, [&](const Field &f) { return f.name == name; });
  if (field == std::end(fields))
    return step.emitOpError("reads a field '") << name << "' that the step state does not have";
  auto tensor = dyn_cast<RankedTensorType>(type);
  Type element = tensor ? tensor.getElementType() : Type();
  if (!tensor || tensor.getRank() != 0 || isa<FloatType>(element) != field->isFloat ||
      element.getIntOrFloatBitWidth() != field->bits)
    return step.emitOpError("reads the field '") << name << "' of the step state as " << type;
  return plan::Place{kernel::Space::StepState, static_cast<int64_t>(field->offset)};
}

static FailureOr<plan::Place> placeParameter(train::StepOp step, FlatSymbolRefAttr name,
                                             Type type) {
  auto parameter = SymbolTable::lookupNearestSymbolFrom<train::ParameterOp>(step, name);
  if (!parameter)
    return step.emitOpError("takes ") << name << ", which is no train.parameter";
  if (parameter.getType() != type)
    return step.emitOpError("takes ")
           << name << " as " << type << " but it is " << parameter.getType();
  return plan::Place{kernel::Space::Arena, static_cast<int64_t>(*parameter.getOffset())};
}

static FailureOr<plan::Place> placeArgument(train::StepOp step, unsigned i) {
  Type type = step.getArgument(i).getType();
  if (step.getArgAttr(i, "train.images"))
    return plan::Place{kernel::Space::Samples, 0};
  if (step.getArgAttr(i, "train.labels"))
    return plan::Place{kernel::Space::Samples, 1};
  if (step.getArgAttr(i, "train.order"))
    return plan::Place{kernel::Space::Order, 0};
  if (auto field = step.getArgAttrOfType<StringAttr>(i, "train.step_state"))
    return placeField(step, field.getValue(), type);
  if (auto name = step.getArgAttrOfType<FlatSymbolRefAttr>(i, "train.parameter"))
    return placeParameter(step, name, type);
  return step.emitOpError("argument ")
         << i << " needs an attribute train.images, train.labels, train.order, train.step_state or "
         << "train.parameter";
}

LogicalResult plan::placeArguments(train::StepOp step, llvm::DenseMap<Value, Place> &places) {
  for (unsigned i = 0; i < step.getNumArguments(); ++i) {
    FailureOr<Place> place = placeArgument(step, i);
    if (failed(place))
      return failure();
    places[step.getArgument(i)] = *place;
  }
  return success();
}
