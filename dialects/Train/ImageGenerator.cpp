// Keras's ImageDataGenerator as ops (keras/src/legacy/preprocessing/image.py): per image a few
// numbers are drawn, they become the six coefficients of nn.resample, and what is left are maps and
// reductions.

#include "dialects/NN/Random.h"
#include "dialects/NN/Resample.h"
#include "dialects/Train/Train.h"

#include <numbers>

using namespace mlir;
using namespace ingot;
using namespace ingot::train;

/// The streams of a step's random numbers that belong to no layer.
static constexpr int64_t firstStream = int64_t(1) << 32;

namespace {
/// Arithmetic of scalars within a region.
struct Scalars {
  OpBuilder &builder;
  Location loc;

  Value number(double value, Type type = {}) {
    return arith::ConstantOp::create(
        builder, loc, builder.getFloatAttr(type ? type : builder.getF64Type(), value));
  }
  Value add(Value a, Value b) { return arith::AddFOp::create(builder, loc, a, b); }
  Value sub(Value a, Value b) { return arith::SubFOp::create(builder, loc, a, b); }
  Value mul(Value a, Value b) { return arith::MulFOp::create(builder, loc, a, b); }
  Value div(Value a, Value b) { return arith::DivFOp::create(builder, loc, a, b); }
  Value less(Value a, Value b) {
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT, a, b);
  }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, loc, condition, a, b);
  }
  /// Degrees as radians.
  Value radians(Value degrees) { return mul(degrees, number(std::numbers::pi / 180)); }
};

/// A 2x3 matrix, its last row being 0 0 1: maps places [row, column] to places.
using Affine = std::array<Value, 6>;

class Generator {
public:
  Generator(OpBuilder &builder, Location loc, ImageGeneratorAttr attr, Value images,
            function_ref<Value(StringRef)> state)
      : builder(builder), loc(loc), attr(attr), images(images), state(state),
        type(cast<RankedTensorType>(images.getType())) {}

  Value build() {
    if (isAffine())
      images = nn::ResampleOp::create(
          builder, loc, type, images, coefficients(),
          nn::FillAttr::get(builder.getContext(), attr.getFill()),
          attr.getNearestPixel() ? builder.getUnitAttr() : UnitAttr(),
          builder.getF32FloatAttr(static_cast<float>(attr.getFillValue().getValueAsDouble())));
    if (DrawAttr shift = attr.getChannelShift())
      shiftChannels(draw(shift, 6));
    if (DrawAttr factor = attr.getBrightness())
      brighten(draw(factor, 7));
    standardize();
    return images;
  }

private:
  bool isAffine() const {
    return attr.getRotation() || attr.getRowShift() || attr.getColumnShift() || attr.getShear() ||
           attr.getRowZoom() || attr.getColumnZoom() || attr.getHorizontalFlip() ||
           attr.getVerticalFlip();
  }

  RankedTensorType perImage(Type element) {
    return RankedTensorType::get(type.getShape()[0], element);
  }

  /// One number an image, f64: tensor<?xf64>.
  Value draw(DrawAttr how, int64_t which) {
    SmallVector<Value> key =
        nn::buildRandomKey(builder, loc, state("seed"), state("step"), firstStream + which);
    SmallVector<SmallVector<int64_t>> dims(key.size(), nn::allDims(0));
    return nn::MapOp::create(builder, loc, TypeRange{perImage(builder.getF64Type())}, key, dims,
                             [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                               Value word = nn::buildRandomWords(b, l, e[0], e[1])[0];
                               Value uniform = nn::buildUniform(b, l, word);
                               return {drawn(Scalars{b, l}, how,
                                             arith::ExtFOp::create(b, l, b.getF64Type(), uniform))};
                             })
        .getResult(0);
  }

  static Value drawn(Scalars s, DrawAttr how, Value uniform) {
    ArrayRef<double> values = how.getValues().asArrayRef();
    if (!how.getOneOf())
      return s.add(s.number(values[0]), s.mul(s.number(values[1] - values[0]), uniform));
    Value chosen = s.number(values.back());
    for (size_t i = values.size() - 1; i-- > 0;)
      chosen = s.select(s.less(uniform, s.number(double(i + 1) / double(values.size()))),
                        s.number(values[i]), chosen);
    return chosen;
  }

  //===- The affine map -----------------------------------------------------------------------===//

  static Affine product(Scalars s, const Affine &a, const Affine &b) {
    auto dot = [&](int row, int column) {
      return s.add(s.mul(a[3 * row], b[column]), s.mul(a[3 * row + 1], b[3 + column]));
    };
    return {dot(0, 0), dot(0, 1), s.add(dot(0, 2), a[2]),
            dot(1, 0), dot(1, 1), s.add(dot(1, 2), a[5])};
  }

  /// Six coefficients an image, each tensor<?xf64>.
  SmallVector<Value> coefficients() {
    const DrawAttr draws[] = {attr.getRotation(), attr.getRowShift(), attr.getColumnShift(),
                              attr.getShear(),    attr.getRowZoom(),  attr.getColumnZoom()};
    SmallVector<Value> drawnNumbers;
    SmallVector<int> places;
    for (auto [which, how] : llvm::enumerate(draws))
      if (how) {
        places.push_back(which);
        drawnNumbers.push_back(draw(how, which));
      }
    auto flip = [&](bool wanted, int64_t which) {
      if (!wanted)
        return;
      places.push_back(which);
      drawnNumbers.push_back(draw(
          DrawAttr::get(builder.getContext(), false, builder.getDenseF64ArrayAttr({0, 1})), which));
    };
    flip(attr.getHorizontalFlip(), 8);
    flip(attr.getVerticalFlip(), 9);
    SmallVector<Type> types(6, perImage(builder.getF64Type()));
    SmallVector<SmallVector<int64_t>> dims(drawnNumbers.size(), nn::allDims(1));
    auto map = nn::MapOp::create(builder, loc, types, drawnNumbers, dims,
                                 [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                                   std::array<Value, 10> numbers;
                                   for (auto [place, value] : llvm::zip_equal(places, e))
                                     numbers[place] = value;
                                   Affine result = matrix(Scalars{b, l}, numbers);
                                   return SmallVector<Value>(result.begin(), result.end());
                                 });
    return llvm::to_vector_of<Value>(map.getResults());
  }

  /// Rotation, shift, shear and zoom about the centre, then flips. Keras centres rows on the width
  /// and columns on the height, which only an image that is not square shows.
  Affine matrix(Scalars s, const std::array<Value, 10> &numbers) {
    auto [rotation, rowShift, columnShift, shear, rowZoom, columnZoom, channel, brightness,
          horizontal, vertical] = numbers;
    int64_t height = type.getDimSize(1), width = type.getDimSize(2);
    Value zero = s.number(0), one = s.number(1);
    auto move = [&](Value row, Value column) -> Affine {
      return {one, zero, row, zero, one, column};
    };
    auto sine = [&](Value x) -> Value { return math::SinOp::create(s.builder, s.loc, x); };
    auto cosine = [&](Value x) -> Value { return math::CosOp::create(s.builder, s.loc, x); };
    Affine result = move(s.number(width / 2.0 - 0.5), s.number(height / 2.0 - 0.5));
    if (rotation) {
      Value angle = s.radians(rotation), sin = sine(angle), cos = cosine(angle);
      result = product(s, result, {cos, sin, zero, s.sub(zero, sin), cos, zero});
    }
    if (rowShift || columnShift)
      result =
          product(s, result, move(rowShift ? rowShift : zero, columnShift ? columnShift : zero));
    if (shear) {
      Value angle = s.radians(shear);
      result = product(s, result, {cosine(angle), zero, zero, s.sub(zero, sine(angle)), one, zero});
    }
    if (rowZoom)
      result = product(s, result, {rowZoom, zero, zero, zero, columnZoom, zero});
    result = product(s, result, move(s.number(0.5 - width / 2.0), s.number(0.5 - height / 2.0)));
    // Flipped, the pixel at x is the one that was made at size - 1 - x.
    auto flipped = [&](Value uniform, int64_t size, int first) {
      if (!uniform)
        return;
      Value flips = s.less(uniform, s.number(0.5));
      for (int row : {0, 3}) {
        Value at = s.add(result[row + 2], s.mul(result[row + first], s.number(size - 1)));
        result[row + 2] = s.select(flips, at, result[row + 2]);
        result[row + first] =
            s.select(flips, s.sub(zero, result[row + first]), result[row + first]);
      }
    };
    flipped(horizontal, width, 1);
    flipped(vertical, height, 0);
    return result;
  }

  //===- Values -------------------------------------------------------------------------------===//

  Value reduce(nn::ReduceKind kind, function_ref<Value(OpBuilder &, Location, ValueRange)> body,
               Value more = {}) {
    SmallVector<Value> operands{images};
    SmallVector<SmallVector<int64_t>> dims{nn::allDims(4)};
    if (more) {
      operands.push_back(more);
      dims.push_back({0});
    }
    return nn::ReduceOp::create(builder, loc, perImage(builder.getF32Type()), kind, operands, dims,
                                {1, 2, 3}, body);
  }
  Value reduce(nn::ReduceKind kind) {
    return reduce(kind, [](OpBuilder &, Location, ValueRange e) { return e[0]; });
  }

  /// A map of each pixel and numbers of its image.
  Value mapImages(ArrayRef<Value> perImageNumbers, function_ref<Value(Scalars, ValueRange)> body) {
    SmallVector<Value> operands{images};
    SmallVector<SmallVector<int64_t>> dims{nn::allDims(4)};
    llvm::append_range(operands, perImageNumbers);
    dims.append(perImageNumbers.size(), {0});
    return nn::MapOp::create(builder, loc, TypeRange{type}, operands, dims,
                             [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                               return {body(Scalars{b, l}, e)};
                             })
        .getResult(0);
  }

  static Value clamp(Scalars s, Value value, Value low, Value high) {
    Value atLeast = arith::MaximumFOp::create(s.builder, s.loc, value, low);
    return arith::MinimumFOp::create(s.builder, s.loc, atLeast, high);
  }
  static Value narrow(Scalars s, Value value) {
    return arith::TruncFOp::create(s.builder, s.loc, s.builder.getF32Type(), value);
  }

  /// Clipped to the range of the whole image.
  void shiftChannels(Value shift) {
    images = mapImages(
        {shift, reduce(nn::ReduceKind::Min), reduce(nn::ReduceKind::Max)},
        [](Scalars s, ValueRange e) { return clamp(s, s.add(e[0], narrow(s, e[1])), e[2], e[3]); });
  }

  /// By way of whole numbers 0 to 255; an image with values beyond these is stretched to its range
  /// before, and back after.
  void brighten(Value factor) {
    images = mapImages({factor, reduce(nn::ReduceKind::Min), reduce(nn::ReduceKind::Max)},
                       [](Scalars s, ValueRange e) -> Value {
                         Type f32 = s.builder.getF32Type();
                         Value zero = s.number(0, f32), full = s.number(255, f32);
                         Value beyond = arith::OrIOp::create(s.builder, s.loc, s.less(e[2], zero),
                                                             s.less(full, e[3]));
                         Value range = s.sub(e[3], e[2]);
                         Value stretched = s.mul(s.div(s.sub(e[0], e[2]), range), full);
                         auto whole = [&](Value value) -> Value {
                           return math::FloorOp::create(s.builder, s.loc, value);
                         };
                         Value before = whole(s.select(beyond, stretched, e[0]));
                         Value bright = whole(clamp(s, s.mul(narrow(s, e[1]), before), zero, full));
                         Value back = s.add(s.mul(s.div(bright, full), range), e[2]);
                         return s.select(beyond, back, bright);
                       });
  }

  void standardize() {
    Type f32 = builder.getF32Type();
    if (double factor = attr.getRescale().getValueAsDouble(); factor != 1)
      images = mapImages(
          {}, [&](Scalars s, ValueRange e) { return s.mul(e[0], s.number(factor, f32)); });
    if (!attr.getSamplewiseCenter() && !attr.getSamplewiseStd())
      return;
    double pixels = nn::elementsPerRow(type);
    images = mapImages({reduce(nn::ReduceKind::Sum)}, [&](Scalars s, ValueRange e) {
      return s.sub(e[0], s.div(e[1], s.number(pixels, f32)));
    });
    if (!attr.getSamplewiseStd())
      return;
    // Centred already, so that the squares' mean is the variance.
    Value squares =
        reduce(nn::ReduceKind::Sum, [](OpBuilder &b, Location l, ValueRange e) -> Value {
          return arith::MulFOp::create(b, l, e[0], e[0]);
        });
    images = mapImages({squares}, [&](Scalars s, ValueRange e) {
      Value variance = s.div(e[1], s.number(pixels, f32));
      Value deviation = math::SqrtOp::create(s.builder, s.loc, variance);
      return s.div(e[0], s.add(deviation, s.number(1e-6, f32)));
    });
  }

  OpBuilder &builder;
  Location loc;
  ImageGeneratorAttr attr;
  Value images;
  function_ref<Value(StringRef)> state;
  RankedTensorType type;
};
} // namespace

Value ImageGeneratorAttr::build(OpBuilder &builder, Location loc, Value images,
                                function_ref<Value(StringRef)> state) const {
  return Generator(builder, loc, *this, images, state).build();
}
