#include "compiler/Codegen/CPU/Epilogue.h"

#include "compiler/Codegen/CPU/ScalarBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;
using namespace ingot::cpu;

Epilogue::Epilogue(OpBuilder &builder, Kernel &kernel, Value anchor, bool fromBias) {
  Location loc = kernel.launch.getLoc();
  for (nn::MapOp each : kernel.launch.getBody().front().getOps<nn::MapOp>())
    map = each;
  target = flatten(builder, loc, kernel.output(map ? map.getResult(0) : anchor)->memory);
  if (!map)
    return;
  map = map.clone();
  if (fromBias)
    takeBias(kernel, anchor);
  for (auto [i, input] : llvm::enumerate(map.getInputs())) {
    if (input == anchor)
      sources.push_back({});
    else if (map.getDims(i).empty())
      sources.push_back(memref::LoadOp::create(builder, loc, kernel.input(input).memory));
    else
      sources.push_back(flatten(builder, loc, kernel.input(input).memory));
  }
}

void Epilogue::store(OpBuilder &builder, Location loc, Value vector, const StorePoint &point) {
  auto type = cast<VectorType>(vector.getType());
  if (map) {
    SmallVector<Value> elements;
    for (auto [i, source] : llvm::enumerate(sources)) {
      if (!source)
        elements.push_back(vector);
      else if (!isa<MemRefType>(source.getType()))
        elements.push_back(source);
      else
        elements.push_back(loadAt(builder, loc, source, type,
                                  map.getDims(i).size() == 1 ? point.channel : point.offset,
                                  point.mask));
    }
    vector =
        buildScalarBody(builder, loc, map.getBody().front(), elements, type.getNumElements())[0];
  }
  storeAt(builder, loc, vector, target, point.offset, point.mask);
}

Epilogue::~Epilogue() {
  if (map)
    map->erase();
}

/// Where the map first adds one value a channel to the anchor's result, that addition is taken
/// out of it: sums that start from the bias save an instruction a vector.
void Epilogue::takeBias(Kernel &kernel, Value anchor) {
  Block &body = map.getBody().front();
  for (auto [i, input] : llvm::enumerate(map.getInputs())) {
    Value element = body.getArgument(i);
    if (input != anchor || !element.hasOneUse())
      continue;
    auto add = dyn_cast<arith::AddFOp>(*element.user_begin());
    auto other =
        add ? dyn_cast<BlockArgument>(add.getLhs() == element ? add.getRhs() : add.getLhs())
            : BlockArgument();
    if (!other || map.getDims(other.getArgNumber()).size() != 1 || map.getDims(i).size() < 2)
      return;
    bias = kernel.input(map.getInputs()[other.getArgNumber()]).memory;
    add.getResult().replaceAllUsesWith(element);
    add.erase();
    return;
  }
}
