// A copy is a launch as any other. Few programs have one, so the naive kernel is good enough for
// it.

#include "compiler/Plan/Copies.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot;

Value plan::insertCopy(OpBuilder &builder, Value value, StringRef layer) {
  auto schedule = kernel::ScheduleAttr::get(builder.getContext(), kernel::Algorithm::Reference,
                                            builder.getDictionaryAttr({}), "copies elements");
  Location loc = NameLoc::get(builder.getStringAttr(layer), value.getLoc());
  auto launch =
      kernel::LaunchOp::create(builder, loc, TypeRange{value.getType()}, layer, ValueRange{value},
                               ValueRange{}, schedule, DenseI64ArrayAttr());
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(&launch.getBody(), {}, {value.getType()}, {loc});
  Value copied =
      nn::buildMap(builder, loc, value.getType(), {body->getArgument(0)},
                   [](OpBuilder &, Location, ValueRange elements) { return elements[0]; });
  kernel::YieldOp::create(builder, loc, copied);
  return launch.getResult(0);
}
