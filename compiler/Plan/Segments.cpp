// Finds segmented launches by their regions.

#include "compiler/Plan/Segments.h"

#include "compiler/Plan/Placement.h"
#include "dialects/NN/NN.h"

using namespace mlir;
using namespace ingot;

/// The maps of a region that consists of several of equal bodies; none for any other.
static SmallVector<nn::MapOp> equalMaps(Block &body) {
  SmallVector<nn::MapOp> maps;
  for (Operation &op : body.without_terminator()) {
    auto map = dyn_cast<nn::MapOp>(op);
    if (!map)
      return {};
    if (!maps.empty() &&
        (map.getNumOperands() != maps.front().getNumOperands() ||
         !OperationEquivalence::isRegionEquivalentTo(&map.getBody(), &maps.front().getBody(),
                                                     OperationEquivalence::IgnoreLocations)))
      return {};
    maps.push_back(map);
  }
  return maps.size() < 2 ? SmallVector<nn::MapOp>() : maps;
}

/// True if all maps read one scalar at `position`.
static bool isShared(ArrayRef<nn::MapOp> maps, unsigned position) {
  Value first = maps.front()->getOperand(position);
  return cast<RankedTensorType>(first.getType()).getRank() == 0 &&
         llvm::all_of(maps, [&](nn::MapOp map) { return map->getOperand(position) == first; });
}

std::optional<plan::Segments> plan::findSegments(kernel::LaunchOp launch) {
  auto schedule = launch.getSchedule();
  if (!schedule || schedule->getAlgorithm() != kernel::Algorithm::Elementwise)
    return std::nullopt;
  Block &body = launch.getBody().front();
  SmallVector<nn::MapOp> maps = equalMaps(body);
  if (maps.empty())
    return std::nullopt;

  Segments segments;
  for (unsigned position = 0; position < maps.front().getNumOperands(); ++position) {
    if (isShared(maps, position))
      continue;
    auto &group = segments.inputs.emplace_back();
    for (nn::MapOp map : maps) {
      auto argument = dyn_cast<BlockArgument>(map->getOperand(position));
      int64_t rank = cast<RankedTensorType>(map->getResult(0).getType()).getRank();
      if (!argument || map.getDims(position) != nn::allDims(rank))
        return std::nullopt;
      group.push_back(argument.getArgNumber());
    }
  }
  auto yielded = body.getTerminator()->getOperands();
  for (unsigned position = 0; position < maps.front().getNumResults(); ++position) {
    auto &group = segments.results.emplace_back();
    for (nn::MapOp map : maps) {
      auto place = llvm::find(yielded, map->getResult(position));
      if (place == yielded.end())
        return std::nullopt;
      group.push_back(std::distance(yielded.begin(), place));
    }
  }
  return segments;
}

SmallVector<int64_t> plan::segmentOffsets(TypeRange types, int64_t batch) {
  SmallVector<int64_t> offsets = {0};
  for (Type type : types)
    offsets.push_back(
        alignUp(offsets.back() + kernel::physicalBytes(cast<RankedTensorType>(type), batch)));
  return offsets;
}
