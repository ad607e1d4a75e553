// From LLVM's feature list to the machine parameters of the cost models.
#include "compiler/Codegen/CPU/Contraction/Machine.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;

static bool hasFeature(StringRef features, StringRef name) {
  SmallVector<StringRef> list;
  features.split(list, ',');
  return is_contained(list, "+" + name.str());
}

namespace ingot::cpu {

Machine machineFor(StringRef features) {
  Machine machine;
  if (!hasFeature(features, "avx512f")) {
    machine.vectorBits = 256;
    machine.registers = 16;
  }
  return machine;
}

bool machineHasKernels(StringRef features) {
  return hasFeature(features, "avx2") && hasFeature(features, "fma");
}

} // namespace ingot::cpu
