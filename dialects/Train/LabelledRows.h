// A model's output beside its labels: what losses and metrics compute of both.

#ifndef INGOT_DIALECTS_TRAIN_LABELLEDROWS_H
#define INGOT_DIALECTS_TRAIN_LABELLEDROWS_H

#include "dialects/NN/NN.h"
#include "dialects/Train/Arithmetic.h"

namespace ingot::train {

/// output: [batch, ..., classes], f32; labels: of the same shape, or without the last dimension
/// (whose elements they then all share, as of an output of one unit), in any type: an element is
/// read as f32.
class LabelledRows {
public:
  LabelledRows(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value output, mlir::Value labels)
      : output(output), builder(builder), loc(loc), labels(labels) {}

  mlir::Value output;

  int64_t classes() const { return type().getShape().back(); }

  using Element =
      llvm::function_ref<mlir::Value(Arithmetic &, mlir::Value output, mlir::Value label)>;
  using RowElement = llvm::function_ref<mlir::Value(Arithmetic &, mlir::Value output,
                                                    mlir::Value label, mlir::ValueRange row)>;

  /// A function of each element, of the output's shape.
  mlir::Value map(Element element);
  /// The mean of a function over each sample's elements, tensor<?xf32>.
  mlir::Value meanOf(Element element);
  /// The sum of a function along the last dimension; `rows` are tensors without it.
  mlir::Value sumLast(mlir::ValueRange rows, RowElement element);
  /// A reduction of `value`, which has the output's shape, along its last dimension.
  mlir::Value reduceLast(nn::ReduceKind kind, mlir::Value value);
  /// The element of `value`, which has the output's shape, that `positions` (i32) name along the
  /// last dimension.
  mlir::Value pick(mlir::Value value, mlir::Value positions);
  /// Where along the last dimension the largest element of `value` is, which has the output's
  /// shape: the first of equal ones, i32.
  mlir::Value argmax(mlir::Value value);
  /// The class of each row, i32: its label, or where its largest label is.
  mlir::Value labelledClass();
  /// The mean of `value` over each sample's elements: [batch, ...] to tensor<?xf32>.
  mlir::Value mean(mlir::Value value);

private:
  mlir::RankedTensorType type() const {
    return llvm::cast<mlir::RankedTensorType>(output.getType());
  }
  mlir::RankedTensorType rowType() const {
    return mlir::RankedTensorType::get(type().getShape().drop_back(), builder.getF32Type());
  }
  /// The position along the last dimension, in a region over the output's shape.
  mlir::Value position(mlir::OpBuilder &b, mlir::Location l) const;
  llvm::SmallVector<int64_t> labelDims() const;
  mlir::Value labelElement(mlir::OpBuilder &b, mlir::Location l, mlir::Value element) const;

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Value labels;
};

} // namespace ingot::train

#endif
