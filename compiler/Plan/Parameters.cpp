// Layout of the arena's first part.

#include "compiler/Plan/Parameters.h"

#include "compiler/Plan/Placement.h"
#include "dialects/Kernel/Kernel.h"

using namespace mlir;
using namespace ingot;

FailureOr<int64_t> plan::placeParameters(train::ProgramOp program) {
  int64_t end = 0;
  for (train::Role role :
       {train::Role::Trainable, train::Role::NonTrainable, train::Role::Slot, train::Role::Value})
    for (auto parameter : program.getBody().getOps<train::ParameterOp>()) {
      if (parameter.getRole() != role)
        continue;
      auto type = dyn_cast<RankedTensorType>(parameter.getType());
      if (!type || !type.hasStaticShape())
        return parameter.emitOpError("needs a tensor type of known shape, but has ")
               << parameter.getType();
      parameter.setOffset(end);
      end += alignUp(kernel::physicalBytes(type, program.getBatch()));
    }
  return end;
}
