// Chooses how each launch computes what its region says, and the layouts that follow from it.
//
//   kernel.launch "conv2d" (…) { conv2d, bias, relu }
//     ->  kernel.launch "conv2d" (…) schedule <conv2d_forward, {tile …}, "why"> { … }
//
// Each class of kernels chooses in a file of its own; what no class claims, and everything under
// `algorithm=reference`, gets the reference lowering.

#include "compiler/Schedule/Choose.h"

#include "dialects/Train/Train.h"
#include "mlir/Pass/Pass.h"

#include "compiler/Pipeline/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_SCHEDULE
#include "compiler/Pipeline/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;
using namespace ingot::schedule;

kernel::ScheduleAttr ingot::schedule::makeSchedule(kernel::LaunchOp launch,
                                                   kernel::Algorithm algorithm,
                                                   ArrayRef<std::pair<StringRef, int64_t>> tiles,
                                                   const Twine &why) {
  Builder builder(launch.getContext());
  SmallVector<NamedAttribute> attributes;
  for (auto [name, value] : tiles)
    attributes.push_back(builder.getNamedAttr(name, builder.getI64IntegerAttr(value)));
  return kernel::ScheduleAttr::get(launch.getContext(), algorithm,
                                   builder.getDictionaryAttr(attributes), why.str());
}

namespace {
struct Schedule : ingot::impl::ScheduleBase<Schedule> {
  using Base::Base;

  void runOnOperation() override {
    if (algorithm != "auto" && algorithm != "reference") {
      getOperation().emitError("unknown algorithm '")
          << algorithm.getValue() << "': use auto or reference";
      return signalPassFailure();
    }
    for (train::ProgramOp program : getOperation().getOps<train::ProgramOp>()) {
      if (algorithm == "auto")
        chooseContractions(program, targetFeatures);
      program.walk([&](kernel::LaunchOp launch) {
        if (launch.getSchedule())
          return;
        if (algorithm == "reference")
          launch.setScheduleAttr(
              makeSchedule(launch, kernel::Algorithm::Reference, {}, "asked for"));
        else if (kernel::ScheduleAttr window = chooseWindow(launch, targetFeatures))
          launch.setScheduleAttr(window);
        else
          launch.setScheduleAttr(chooseElementwise(launch));
      });
    }
  }
};
} // namespace
