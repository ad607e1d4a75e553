// Layers that bring images to a given size, as ops: a part is taken, then read at the places of the
// new pixels.

#include "compiler/Import/Keras/Layers/Resizing.h"
#include "compiler/Import/EmitIR/Layers/Layers.h"

#include "dialects/NN/Moves.h"
#include "dialects/NN/Resample.h"

using namespace mlir;
using namespace ingot;
using ingot::import::centerCropFrame;
using ingot::import::Frame;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::resizedFrame;
using ingot::import::Shape;
using ingot::import::textArgument;

static Shape imageShape(LayerCall &call) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(call.input().getType()).getShape();
  return {shape[1], shape[2], shape[3]};
}

static Value take(LayerCall &call, const Frame &frame) {
  auto input = cast<RankedTensorType>(call.input().getType());
  auto type = input.clone({input.getDimSize(0), frame.height, frame.width, input.getDimSize(3)});
  if (type == input)
    return call.input();
  return nn::PadOp::create(call.builder, call.loc, type, call.input(),
                           ArrayRef<int64_t>{0, -frame.top, -frame.left, 0});
}

/// Pixels are read where their centres fall: at (i + 1/2) * size / new size - 1/2.
static Value stretch(LayerCall &call, Value images, bool nearest) {
  auto type = cast<RankedTensorType>(images.getType());
  if (type == call.output)
    return images;
  OpBuilder &builder = call.builder;
  auto scale = [&](int64_t dim) {
    return static_cast<double>(type.getDimSize(dim)) /
           static_cast<double>(call.output.getDimSize(dim));
  };
  const double numbers[] = {scale(1), 0, scale(1) / 2 - 0.5, 0, scale(2), scale(2) / 2 - 0.5};
  auto perImage = RankedTensorType::get(call.output.getShape().take_front(1), builder.getF64Type());
  SmallVector<Type> types(6, perImage);
  auto coefficients =
      nn::MapOp::create(builder, call.loc, types, ValueRange(), ArrayRef<SmallVector<int64_t>>(),
                        [&](OpBuilder &b, Location l, ValueRange) {
                          return llvm::map_to_vector(numbers, [&](double number) -> Value {
                            return arith::ConstantOp::create(b, l, b.getF64FloatAttr(number));
                          });
                        });
  return nn::ResampleOp::create(builder, call.loc, call.output, images, coefficients.getResults(),
                                nn::FillAttr::get(builder.getContext(), nn::Fill::Nearest),
                                nearest ? builder.getUnitAttr() : UnitAttr(),
                                builder.getF32FloatAttr(0));
}

static Value emitResizing(LayerCall &call) {
  return stretch(call, take(call, resizedFrame(call.config, imageShape(call))),
                 textArgument(call.config, "interpolation") == "nearest");
}

static Value emitCenterCrop(LayerCall &call) {
  return stretch(call, take(call, centerCropFrame(call.config, imageShape(call))),
                 /*nearest=*/false);
}

ArrayRef<LayerRow> ingot::import::resizingRows() {
  static constexpr LayerRow rows[] = {{"CenterCrop", emitCenterCrop}, {"Resizing", emitResizing}};
  return rows;
}
