#include "compiler/Codegen/CPU/ChannelVectors.h"

#include "compiler/Codegen/CPU/Contraction/Emit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::cpu;

void ingot::cpu::forEachChannelVector(LoopNest &nest, int64_t channels, int64_t lanes,
                                      int64_t unrolled, function_ref<void(Index, Value)> body) {
  int64_t whole = channels / lanes * lanes;
  if (whole / lanes <= unrolled)
    for (int64_t channel = 0; channel < whole; channel += lanes)
      body(Index(channel), Value());
  else
    nest.loop(Index(0), Index(whole), lanes, [&](Index channel) { body(channel, Value()); });
  if (whole < channels)
    body(Index(whole), nest.mask(Index(channels - whole), lanes));
}

static Value gather(LoopNest &nest, Value flat, Index offset, Value places, int64_t lanes,
                    Value mask) {
  if (!mask)
    mask = arith::ConstantOp::create(
        nest.builder, nest.loc,
        DenseElementsAttr::get(VectorType::get({lanes}, nest.builder.getI1Type()), true));
  return vector::GatherOp::create(nest.builder, nest.loc, nest.vector(lanes), flat,
                                  nest.value(offset), places, mask, nest.zero(lanes));
}

static Value constantPlaces(LoopNest &nest, int64_t lanes, function_ref<int32_t(int64_t)> place) {
  SmallVector<int32_t> places;
  for (int64_t lane = 0; lane < lanes; ++lane)
    places.push_back(place(lane));
  return arith::ConstantOp::create(
      nest.builder, nest.loc,
      DenseElementsAttr::get(VectorType::get({lanes}, nest.builder.getI32Type()),
                             ArrayRef(places)));
}

Value ingot::cpu::loadSpread(LoopNest &nest, Value flat, Index offset, Index channel,
                             int64_t multiplier, int64_t lanes, Value mask) {
  if (multiplier == 1)
    return loadAt(nest.builder, nest.loc, flat, nest.vector(lanes),
                  nest.value(nest.add(offset, channel)), mask);
  offset = nest.add(offset, nest.floorDiv(channel, multiplier));
  // Where vectors begin with a new source channel, or hold just one, the places are constant.
  if (lanes % multiplier == 0 || multiplier % lanes == 0)
    return gather(nest, flat, offset,
                  constantPlaces(nest, lanes, [&](int64_t lane) { return lane / multiplier; }),
                  lanes, mask);
  OpBuilder &builder = nest.builder;
  auto type = VectorType::get({lanes}, builder.getI32Type());
  Value part = arith::IndexCastOp::create(builder, nest.loc, builder.getI32Type(),
                                          nest.value(nest.rem(channel, multiplier)));
  Value lane = constantPlaces(nest, lanes, [](int64_t lane) { return lane; });
  Value place = arith::AddIOp::create(
      builder, nest.loc, vector::BroadcastOp::create(builder, nest.loc, type, part), lane);
  Value divisor = constantPlaces(nest, lanes, [&](int64_t) { return multiplier; });
  return gather(nest, flat, offset, arith::DivUIOp::create(builder, nest.loc, place, divisor),
                lanes, mask);
}

Value ingot::cpu::loadStrided(LoopNest &nest, Value flat, Index offset, int64_t stride,
                              int64_t lanes, Value mask) {
  if (stride == 1)
    return loadAt(nest.builder, nest.loc, flat, nest.vector(lanes), nest.value(offset), mask);
  return gather(nest, flat, offset,
                constantPlaces(nest, lanes, [&](int64_t lane) { return lane * stride; }), lanes,
                mask);
}
