// Images read at an affine map of each pixel's place. A unit is an image.
//
// Places are computed in float64, since whether one lies beyond the border is a comparison with
// whole numbers; pixels are blended in float32.

#include "compiler/Codegen/Resample.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::codegen;

namespace {
/// Where one coordinate of a pixel is read: between two places, both within the image.
struct Place {
  Value first, second;     // index, clamped to the image
  Value weight;            // f32: the second one's
  Value firstIn, secondIn; // i1, blend only: whether they lie within the image
  Value outside;           // i1, constant only: the place is beyond the border
};

class ResampleLowering {
public:
  ResampleLowering(OpBuilder &builder, nn::ResampleOp op, const Tensor &input, const Tensor &output)
      : builder(builder), loc(op.getLoc()), op(op), input(input), output(output) {}

  void run(ArrayRef<Tensor> coefficients, Value begin, Value end) {
    auto shape = cast<RankedTensorType>(op.getInput().getType()).getShape();
    auto made = cast<RankedTensorType>(op.getOutput().getType()).getShape();
    OpBuilder::InsertionGuard guard(builder);
    auto loop = [&](Value from, Value to) {
      auto each = scf::ForOp::create(builder, loc, from, to, index(1));
      builder.setInsertionPointToStart(each.getBody());
      return each.getInductionVar();
    };
    Value image = loop(begin, end);
    SmallVector<Value> m = llvm::map_to_vector(
        coefficients, [&](const Tensor &each) { return each.load(builder, loc, image); });
    Value y = loop(index(0), index(made[1]));
    Value row = toFloat(y);
    Value rowStart = add(mul(m[0], row), m[2]), columnStart = add(mul(m[3], row), m[5]);
    Value x = loop(index(0), index(made[2]));
    Value column = toFloat(x);
    Place rows = placeOf(add(rowStart, mul(m[1], column)), shape[1]);
    Place columns = placeOf(add(columnStart, mul(m[4], column)), shape[2]);
    // Few channels are read one after the other: a loop would cost more than they do.
    if (shape[3] <= 4) {
      for (int64_t channel = 0; channel < shape[3]; ++channel)
        lowerChannel(image, y, x, index(channel), rows, columns);
      return;
    }
    Value channel = loop(index(0), index(shape[3]));
    lowerChannel(image, y, x, channel, rows, columns);
  }

private:
  void lowerChannel(Value image, Value y, Value x, Value channel, const Place &rows,
                    const Place &columns) {
    auto read = [&](Value row, Value column, Value rowIn, Value columnIn) -> Value {
      Value pixel = input.load(builder, loc, {image, row, column, channel});
      if (!rowIn)
        return pixel;
      Value inside = arith::AndIOp::create(builder, loc, rowIn, columnIn);
      return arith::SelectOp::create(builder, loc, inside, pixel, fillValue());
    };
    Value pixel = read(rows.first, columns.first, rows.firstIn, columns.firstIn);
    if (!op.getNearestPixel()) {
      Value right = read(rows.first, columns.second, rows.firstIn, columns.secondIn);
      Value below = read(rows.second, columns.first, rows.secondIn, columns.firstIn);
      Value belowRight = read(rows.second, columns.second, rows.secondIn, columns.secondIn);
      pixel = between(between(pixel, right, columns.weight),
                      between(below, belowRight, columns.weight), rows.weight);
    }
    if (rows.outside) {
      Value outside = arith::OrIOp::create(builder, loc, rows.outside, columns.outside);
      pixel = arith::SelectOp::create(builder, loc, outside, fillValue(), pixel);
    }
    output.store(builder, loc, pixel, {image, y, x, channel});
  }

  /// (1 - weight) * a + weight * b: exactly a where the weight is 0.
  Value between(Value a, Value b, Value weight) {
    return add(mul(sub(constant(builder.getF32Type(), 1), weight), a), mul(weight, b));
  }

  Place placeOf(Value place, int64_t size) {
    Place result;
    if (op.getFill() == nn::Fill::Constant)
      result.outside =
          arith::OrIOp::create(builder, loc, compare(arith::CmpFPredicate::OLT, place, number(0)),
                               compare(arith::CmpFPredicate::OGT, place, number(size - 1)));
    place = fold(place, size);
    if (op.getNearestPixel()) {
      // Away from zero where a place may be negative, as TensorFlow rounds.
      Value whole = op.getFill() == nn::Fill::Blend
                        ? math::RoundOp::create(builder, loc, place).getResult()
                        : floor(add(place, number(0.5)));
      result.first = clamped(whole, size);
      result.firstIn = isInside(whole, size);
      return result;
    }
    Value whole = floor(place), next = add(whole, number(1));
    result.first = clamped(whole, size);
    result.second = clamped(next, size);
    result.weight = arith::TruncFOp::create(builder, loc, builder.getF32Type(), sub(place, whole));
    result.firstIn = isInside(whole, size);
    result.secondIn = isInside(next, size);
    return result;
  }

  /// Null unless pixels beyond the border count.
  Value isInside(Value whole, int64_t size) {
    if (op.getFill() != nn::Fill::Blend)
      return {};
    return arith::AndIOp::create(builder, loc, compare(arith::CmpFPredicate::OGE, whole, number(0)),
                                 compare(arith::CmpFPredicate::OLT, whole, number(size)));
  }

  /// The place within [0, size - 1] whose pixel stands for one beyond the border.
  Value fold(Value place, int64_t size) {
    Value last = number(size - 1);
    switch (op.getFill()) {
    case nn::Fill::Constant:
    case nn::Fill::Blend:
      return place;
    case nn::Fill::Nearest:
      break;
    case nn::Fill::Reflect: {
      // The period is twice the size, and its second half runs backwards.
      Value period = number(2 * size), moved = add(place, number(0.5));
      moved = sub(moved, mul(period, floor(div(moved, period))));
      Value backwards = compare(arith::CmpFPredicate::OGT, moved, number(size));
      moved = arith::SelectOp::create(builder, loc, backwards, sub(period, moved), moved);
      place = sub(moved, number(0.5));
      break;
    }
    case nn::Fill::Wrap:
    case nn::Fill::Tile: {
      // scipy: one below 0 moves up by whole periods of size - 1, and by one more; TensorFlow
      // counts periods of size - 1 and moves by size.
      Value period = number(std::max<int64_t>(size - 1, 1));
      Value step = op.getFill() == nn::Fill::Wrap ? period : number(size);
      Value below =
          add(place, mul(step, add(floor(div(sub(number(0), place), period)), number(1))));
      Value above = sub(place, mul(step, floor(div(place, period))));
      Value isBelow = compare(arith::CmpFPredicate::OLT, place, number(0));
      Value isAbove = compare(arith::CmpFPredicate::OGT, place, last);
      place = arith::SelectOp::create(builder, loc, isBelow, below,
                                      arith::SelectOp::create(builder, loc, isAbove, above, place));
      break;
    }
    }
    return arith::MinimumFOp::create(
        builder, loc, arith::MaximumFOp::create(builder, loc, place, number(0)), last);
  }

  Value clamped(Value whole, int64_t size) {
    Value inside = arith::MinNumFOp::create(
        builder, loc, arith::MaxNumFOp::create(builder, loc, whole, number(0)), number(size - 1));
    Value integer = arith::FPToSIOp::create(builder, loc, builder.getI64Type(), inside);
    return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), integer);
  }

  Value fillValue() { return constant(builder.getF32Type(), op.getFillValue().convertToDouble()); }
  Value constant(Type type, double value) {
    return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(type, value));
  }
  Value number(double value) { return constant(builder.getF64Type(), value); }
  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value toFloat(Value position) {
    Value integer = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), position);
    return arith::SIToFPOp::create(builder, loc, builder.getF64Type(), integer);
  }
  Value add(Value a, Value b) { return arith::AddFOp::create(builder, loc, a, b); }
  Value sub(Value a, Value b) { return arith::SubFOp::create(builder, loc, a, b); }
  Value mul(Value a, Value b) { return arith::MulFOp::create(builder, loc, a, b); }
  Value div(Value a, Value b) { return arith::DivFOp::create(builder, loc, a, b); }
  Value floor(Value a) { return math::FloorOp::create(builder, loc, a); }
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(builder, loc, predicate, a, b);
  }

  OpBuilder &builder;
  Location loc;
  nn::ResampleOp op;
  const Tensor &input, &output;
};
} // namespace

void ingot::codegen::lowerResample(OpBuilder &builder, nn::ResampleOp op, const Tensor &input,
                                   ArrayRef<Tensor> coefficients, const Tensor &output, Value begin,
                                   Value end) {
  ResampleLowering(builder, op, input, output).run(coefficients, begin, end);
}

static LogicalResult emit(OpBuilder &builder, Kernel &kernel) {
  auto op = *kernel.launch.getBody().front().getOps<nn::ResampleOp>().begin();
  auto coefficients =
      llvm::map_to_vector(op.getCoefficients(), [&](Value each) { return kernel.input(each); });
  Value end = arith::MinSIOp::create(builder, kernel.launch.getLoc(), kernel.end, kernel.count);
  lowerResample(builder, op, kernel.input(op.getInput()), coefficients, kernel.outputs.front(),
                kernel.begin, end);
  return success();
}

const Emitter ingot::codegen::resampleEmitter = {
    [](kernel::LaunchOp, int64_t batch) -> int64_t { return batch; },
    emit,
    {},
    [](kernel::LaunchOp launch, int64_t) {
      return isa<nn::ResampleOp>(launch.getBody().front().front());
    },
};
