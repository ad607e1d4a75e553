// Random transformations of images as ops: per image a few numbers are drawn; they become the
// coefficients of nn.resample, or factors of a map. Outside of training each layer is its input.

#include "compiler/Import/Keras/Layers/Augmentation.h"
#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/NN/Modes.h"
#include "dialects/NN/Random.h"
#include "dialects/NN/Resample.h"
#include "dialects/Train/Arithmetic.h"

#include <numbers>

using namespace mlir;
using namespace ingot;
using ingot::import::contrastRange;
using ingot::import::FactorRange;
using ingot::import::factorRange;
using ingot::import::hasArgument;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::numberArgument;
using ingot::import::textArgument;
using ingot::import::valueRange;
using ingot::train::Arithmetic;

using Dims = SmallVector<SmallVector<int64_t>>;

static RankedTensorType perImage(LayerCall &call, Type element) {
  return RankedTensorType::get(call.output.getShape().take_front(1), element);
}

/// A number for each image and each range (at most two), uniform in it: tensors [batch].
static SmallVector<Value> draw(LayerCall &call, ArrayRef<FactorRange> ranges, Type element) {
  OpBuilder &builder = call.builder;
  auto word = RankedTensorType::get({}, builder.getI32Type());
  auto key = nn::RandomKeyOp::create(builder, call.loc, word, word,
                                     builder.getI64IntegerAttr(call.number));
  SmallVector<Type> types(ranges.size(), perImage(call, element));
  auto map = nn::MapOp::create(
      builder, call.loc, types, {key.getKey0(), key.getKey1()}, Dims{{}, {}},
      [&](OpBuilder &b, Location l, ValueRange e) {
        Arithmetic a(b, l);
        SmallVector<Value> numbers;
        for (auto [range, random] : llvm::zip(ranges, nn::buildRandomWords(b, l, e[0], e[1]))) {
          Value uniform = nn::buildUniform(b, l, random);
          if (element.isF64())
            uniform = a.widen(uniform);
          numbers.push_back(a.add(a.multiply(uniform, range.upper - range.lower), range.lower));
        }
        return numbers;
      });
  return llvm::to_vector_of<Value>(map.getResults());
}

/// Where the pixel at (y, x) of an image is read: at row m[0]*y + m[1]*x + m[2] and column
/// m[3]*y + m[4]*x + m[5]. All f64.
using Affine = std::array<Value, 6>;

/// `matrix`, moved so that it leaves the image's centre where it is.
static Affine aboutCentre(LayerCall &call, Arithmetic &a, std::array<Value, 4> matrix) {
  double row = static_cast<double>(call.output.getDimSize(1) - 1) / 2,
         column = static_cast<double>(call.output.getDimSize(2) - 1) / 2;
  auto rest = [&](double centre, Value byRow, Value byColumn) {
    return a.subtract(centre, a.add(a.multiply(byRow, row), a.multiply(byColumn, column)));
  };
  return {matrix[0], matrix[1], rest(row, matrix[0], matrix[1]),
          matrix[2], matrix[3], rest(column, matrix[2], matrix[3])};
}

/// The images read where `affine` says, given the numbers drawn, in training.
static Value resample(LayerCall &call, ArrayRef<FactorRange> ranges, nn::Fill fill, bool nearest,
                      double fillValue,
                      function_ref<Affine(Arithmetic &, ValueRange drawn)> affine) {
  OpBuilder &builder = call.builder;
  SmallVector<Value> drawn = draw(call, ranges, builder.getF64Type());
  SmallVector<Type> types(6, drawn.front().getType());
  auto coefficients =
      nn::MapOp::create(builder, call.loc, types, drawn, Dims(drawn.size(), nn::allDims(1)),
                        [&](OpBuilder &b, Location l, ValueRange e) {
                          Arithmetic a(b, l);
                          return llvm::to_vector_of<Value>(affine(a, e));
                        });
  Value moved = nn::ResampleOp::create(
      builder, call.loc, call.output, call.input(), coefficients.getResults(),
      nn::FillAttr::get(builder.getContext(), fill), nearest ? builder.getUnitAttr() : UnitAttr(),
      builder.getF32FloatAttr(static_cast<float>(fillValue)));
  return nn::InTrainingOp::create(builder, call.loc, moved, call.input());
}

/// As the layer's fill_mode, interpolation and fill_value say.
static Value resample(LayerCall &call, ArrayRef<FactorRange> ranges,
                      function_ref<Affine(Arithmetic &, ValueRange drawn)> affine) {
  nn::Fill fill = llvm::StringSwitch<nn::Fill>(textArgument(call.config, "fill_mode"))
                      .Case("constant", nn::Fill::Blend)
                      .Case("wrap", nn::Fill::Tile)
                      .Case("nearest", nn::Fill::Nearest)
                      .Default(nn::Fill::Reflect);
  return resample(call, ranges, fill, textArgument(call.config, "interpolation") == "nearest",
                  numberArgument(call.config, "fill_value"), affine);
}

/// One coin for both directions.
static Value emitRandomFlip(LayerCall &call) {
  StringRef mode = textArgument(call.config, "mode");
  return resample(call, {{0, 1}}, nn::Fill::Nearest, /*nearest=*/true, 0,
                  [&](Arithmetic &a, ValueRange drawn) -> Affine {
                    Type f64 = drawn[0].getType();
                    Value zero = a.constant(f64, 0), one = a.constant(f64, 1);
                    Value flips = a.less(drawn[0], 0.5);
                    auto along = [&](StringRef flipped, int64_t dim) -> std::pair<Value, Value> {
                      if (!mode.contains(flipped))
                        return {one, zero};
                      double last = static_cast<double>(call.output.getDimSize(dim) - 1);
                      return {a.select(flips, a.constant(f64, -1), one),
                              a.select(flips, a.constant(f64, last), zero)};
                    };
                    auto [row, firstRow] = along("vertical", 1);
                    auto [column, firstColumn] = along("horizontal", 2);
                    return {row, zero, firstRow, zero, column, firstColumn};
                  });
}

/// Positive factors move down and to the right, by shares of the image.
static Value emitRandomTranslation(LayerCall &call) {
  return resample(
      call, {factorRange(call.config, "height_factor"), factorRange(call.config, "width_factor")},
      [&](Arithmetic &a, ValueRange drawn) -> Affine {
        Value zero = a.constant(drawn[0].getType(), 0), one = a.constant(drawn[0].getType(), 1);
        auto moved = [&](Value factor, int64_t dim) {
          return a.multiply(factor, -static_cast<double>(call.output.getDimSize(dim)));
        };
        return {one, zero, moved(drawn[0], 1), zero, one, moved(drawn[1], 2)};
      });
}

/// Factors are turns, anticlockwise.
static Value emitRandomRotation(LayerCall &call) {
  return resample(call, factorRange(call.config, "factor"), [&](Arithmetic &a, ValueRange drawn) {
    Value angle = a.multiply(drawn[0], 2 * std::numbers::pi);
    Value sine = a.sine(angle), cosine = a.cosine(angle);
    return aboutCentre(call, a, {cosine, sine, a.negate(sine), cosine});
  });
}

/// Positive factors show more: the picture gets smaller. One for both directions where there is no
/// width_factor.
static Value emitRandomZoom(LayerCall &call) {
  SmallVector<FactorRange> ranges{factorRange(call.config, "height_factor")};
  if (hasArgument(call.config, "width_factor"))
    ranges.push_back(factorRange(call.config, "width_factor"));
  return resample(call, ranges, [&](Arithmetic &a, ValueRange drawn) {
    Value zero = a.constant(drawn[0].getType(), 0);
    return aboutCentre(call, a, {a.add(drawn.front(), 1.0), zero, zero, a.add(drawn.back(), 1.0)});
  });
}

/// A map of each pixel and `numbers`, [batch] or [batch, channels], clipped to the value range; in
/// training.
static Value recolor(LayerCall &call, ArrayRef<Value> numbers,
                     function_ref<Value(Arithmetic &, ValueRange)> body) {
  FactorRange values = valueRange(call.config);
  SmallVector<Value> operands{call.input()};
  Dims dims{nn::allDims(4)};
  for (Value each : numbers) {
    operands.push_back(each);
    dims.push_back(cast<RankedTensorType>(each.getType()).getRank() == 1
                       ? SmallVector<int64_t>{0}
                       : SmallVector<int64_t>{0, 3});
  }
  auto map =
      nn::MapOp::create(call.builder, call.loc, TypeRange{call.output}, operands, dims,
                        [&](OpBuilder &b, Location l, ValueRange e) -> SmallVector<Value> {
                          Arithmetic a(b, l);
                          return {a.minimum(a.maximum(body(a, e), values.lower), values.upper)};
                        });
  return nn::InTrainingOp::create(call.builder, call.loc, map.getResult(0), call.input());
}

/// (x - mean) * factor + mean, the mean being that of the image's channel.
static Value emitRandomContrast(LayerCall &call) {
  OpBuilder &builder = call.builder;
  FactorRange range = contrastRange(call.config);
  Value factor = draw(call, {{1 - range.lower, 1 + range.upper}}, builder.getF32Type()).front();
  auto perChannel = RankedTensorType::get({call.output.getDimSize(0), call.output.getDimSize(3)},
                                          builder.getF32Type());
  Value sum = nn::ReduceOp::create(builder, call.loc, perChannel, nn::ReduceKind::Sum, call.input(),
                                   Dims{nn::allDims(4)}, {1, 2},
                                   [](OpBuilder &, Location, ValueRange e) { return e[0]; });
  double pixels = static_cast<double>(call.output.getDimSize(1) * call.output.getDimSize(2));
  return recolor(call, {factor, sum}, [&](Arithmetic &a, ValueRange e) {
    Value mean = a.divide(e[2], pixels);
    return a.add(a.multiply(a.subtract(e[0], mean), e[1]), mean);
  });
}

/// x + factor, the factor being a share of the value range.
static Value emitRandomBrightness(LayerCall &call) {
  FactorRange values = valueRange(call.config);
  Value factor = draw(call, factorRange(call.config, "factor"), call.builder.getF32Type()).front();
  return recolor(call, factor, [&](Arithmetic &a, ValueRange e) {
    return a.add(e[0], a.multiply(e[1], values.upper - values.lower));
  });
}

ArrayRef<LayerRow> ingot::import::augmentationRows() {
  static constexpr LayerRow rows[] = {{"RandomBrightness", emitRandomBrightness},
                                      {"RandomContrast", emitRandomContrast},
                                      {"RandomFlip", emitRandomFlip},
                                      {"RandomRotation", emitRandomRotation},
                                      {"RandomTranslation", emitRandomTranslation},
                                      {"RandomZoom", emitRandomZoom}};
  return rows;
}
