// Philox as scalar ops: the bijections of J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
//
// A step's key for a layer is Philox4x32-10 of (step, stream and purpose) under the seed, as the
// runtime derives its streams (runtime/Core/Philox.h); it is computed once a step. The words of an
// element are Philox2x32-10 of (its position, one word of the key) under the key's other word: one
// product a round, all in vectors of i32.

#include "dialects/NN/Random.h"

#include <numbers>

using namespace mlir;
using namespace ingot::nn;

/// What these numbers are for, beside the purposes of runtime/Core/Philox.h. Part of what a seed
/// means: never renumber.
static constexpr int32_t layerPurpose = 0x4c41;

namespace {
/// Arithmetic on words of 32 bits.
class Words {
public:
  Words(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  Value constant(uint32_t value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI32IntegerAttr(static_cast<int32_t>(value)));
  }
  Value mix(Value a, Value b, Value c) {
    return arith::XOrIOp::create(builder, loc, arith::XOrIOp::create(builder, loc, a, b), c);
  }
  Value add(Value a, uint32_t b) { return arith::AddIOp::create(builder, loc, a, constant(b)); }
  /// The low and the high word of a product.
  std::array<Value, 2> multiply(Value a, uint32_t b) {
    auto product = arith::MulUIExtendedOp::create(builder, loc, a, constant(b));
    return {product.getLow(), product.getHigh()};
  }
  /// The low and the high word of an i64.
  std::array<Value, 2> split(Value wide) {
    Type word = builder.getI32Type();
    Value shift = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(32));
    Value high = arith::ShRUIOp::create(builder, loc, wide, shift);
    return {arith::TruncIOp::create(builder, loc, word, wide),
            arith::TruncIOp::create(builder, loc, word, high)};
  }

private:
  OpBuilder &builder;
  Location loc;
};
} // namespace

// The paper's multipliers and Weyl increments.
static constexpr int rounds = 10;
static constexpr uint32_t weyl0 = 0x9E3779B9, weyl1 = 0xBB67AE85;

static std::array<Value, 4> philox4x32(Words words, std::array<Value, 4> counter,
                                       std::array<Value, 2> key) {
  for (int round = 0; round < rounds; ++round) {
    auto [low0, high0] = words.multiply(counter[0], 0xD2511F53);
    auto [low1, high1] = words.multiply(counter[2], 0xCD9E8D57);
    counter = {words.mix(high1, counter[1], key[0]), low1, words.mix(high0, counter[3], key[1]),
               low0};
    key = {words.add(key[0], weyl0), words.add(key[1], weyl1)};
  }
  return counter;
}

static std::array<Value, 2> philox2x32(Words words, std::array<Value, 2> counter, Value key) {
  for (int round = 0; round < rounds; ++round) {
    auto [low, high] = words.multiply(counter[0], 0xD256D193);
    counter = {words.mix(high, key, counter[1]), low};
    key = words.add(key, weyl0);
  }
  return counter;
}

SmallVector<Value> ingot::nn::buildRandomKey(OpBuilder &builder, Location loc, Value seed,
                                             Value step, int64_t stream) {
  auto word = RankedTensorType::get({}, builder.getI32Type());
  auto map = MapOp::create(builder, loc, {word, word}, {seed, step}, {allDims(0), allDims(0)},
                           [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                             Words words(b, l);
                             auto [seed0, seed1] = words.split(e[0]);
                             auto [step0, step1] = words.split(e[1]);
                             auto key = philox4x32(words,
                                                   {step0, step1,
                                                    words.constant(static_cast<uint32_t>(stream)),
                                                    words.constant(layerPurpose)},
                                                   {seed0, seed1});
                             return {key[0], key[1]};
                           });
  return llvm::to_vector_of<Value>(map.getResults());
}

std::array<Value, 2> ingot::nn::buildRandomWords(OpBuilder &builder, Location loc, Value key0,
                                                 Value key1) {
  Value position = LinearIndexOp::create(builder, loc, builder.getI32Type());
  return philox2x32(Words(builder, loc), {position, key1}, key0);
}

/// The upper 24 bits of a word, which a float holds exactly, as a float.
static Value upperBits(OpBuilder &builder, Location loc, Value word) {
  Value shift = arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(8));
  Value bits = arith::ShRUIOp::create(builder, loc, word, shift);
  return arith::SIToFPOp::create(builder, loc, builder.getF32Type(), bits);
}

static Value constant(OpBuilder &builder, Location loc, double value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(static_cast<float>(value)));
}

Value ingot::nn::buildUniform(OpBuilder &builder, Location loc, Value word) {
  return arith::MulFOp::create(builder, loc, upperBits(builder, loc, word),
                               constant(builder, loc, 0x1p-24));
}

Value ingot::nn::buildNormal(OpBuilder &builder, Location loc, std::array<Value, 2> words) {
  auto multiply = [&](Value a, double b) -> Value {
    return arith::MulFOp::create(builder, loc, a, constant(builder, loc, b));
  };
  // Up to 5.8 sigma; never 0, whose logarithm is infinite.
  Value above = arith::AddFOp::create(builder, loc, upperBits(builder, loc, words[0]),
                                      constant(builder, loc, 1));
  Value logarithm = math::LogOp::create(builder, loc, multiply(above, 0x1p-24));
  Value radius = math::SqrtOp::create(builder, loc, multiply(logarithm, -2));
  Value angle = multiply(buildUniform(builder, loc, words[1]), 2 * std::numbers::pi);
  return arith::MulFOp::create(builder, loc, radius, math::CosOp::create(builder, loc, angle));
}
