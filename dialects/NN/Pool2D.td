// Two-dimensional pooling and its gradients. An average is nn.sum_pool2d and a map that divides. They have a
// header of their own (Pool2D.h).

#ifndef INGOT_DIALECTS_NN_POOL2D
#define INGOT_DIALECTS_NN_POOL2D

include "dialects/NN/Base.td"

def NN_MaxPool2DOp : NN_PureOp<"max_pool2d", [StructureOp, GradientOp]> {
  let summary = "the largest element of each window, and where it lies";
  let description = [{
    `output[n, y, x, c] = max over u, v of input[n, y*sy + u - top, x*sx + v - left, c]`, positions outside the
    input left out; NaN if the window holds one. `index[n, y, x, c] = u*width + v` of the first largest element in
    this order (TensorFlow's choice, tensorflow/core/kernels/maxpooling_op.cc); only the gradient reads it.

    input: [batch, height, width, channels]; output and index: [batch, rows, columns, channels], index of i8 (as
    unsigned) or, for windows of more than 256 elements, i32. `window` = [height, width], `strides` = [sy, sx],
    `padding` = [top, bottom, left, right], each smaller than the window. An error where the window does not fit.
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$output, AnyRankedTensor:$index);
  let assemblyFormat = [{
    $input `window` $window `strides` $strides `padding` $padding attr-dict
    `:` type($input) `->` type($output) `,` type($index)
  }];
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::RankedTensorType":$output, "::mlir::Value":$input,
    "::llvm::ArrayRef<int64_t>":$window, "::llvm::ArrayRef<int64_t>":$strides, "::llvm::ArrayRef<int64_t>":$padding)>];
}

def NN_MaxPool2DGradInputOp : NN_PureOp<"max_pool2d_grad_input", [StructureOp]> {
  let summary = "gradient of max_pool2d with respect to its input";
  let description = [{
    `grad_input[n, y*sy + u - top, x*sx + v - left, c] += grad_output[n, y, x, c] if index[n, y, x, c] = u*width + v`.
  }];
  let arguments = (ins AnyRankedTensor:$grad_output, AnyRankedTensor:$index, DenseI64ArrayAttr:$window,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$grad_input);
  let assemblyFormat = [{
    $grad_output `,` $index `window` $window `strides` $strides `padding` $padding attr-dict
    `:` type($grad_output) `,` type($index) `->` type($grad_input)
  }];
  let hasVerifier = 1;
}

def NN_SumPool2DOp : NN_PureOp<"sum_pool2d", [StructureOp, GradientOp]> {
  let summary = "the sum of each window";
  let description = [{
    `output[n, y, x, c] = sum over u, v of input[n, y*sy + u - top, x*sx + v - left, c]`, positions outside the
    input left out. Shapes and attributes as of nn.max_pool2d.
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = [{
    $input `window` $window `strides` $strides `padding` $padding attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def NN_SumPool2DGradInputOp : NN_PureOp<"sum_pool2d_grad_input", [StructureOp]> {
  let summary = "gradient of sum_pool2d with respect to its input";
  let description = [{
    `grad_input[n, y*sy + u - top, x*sx + v - left, c] += grad_output[n, y, x, c]`.
  }];
  let arguments = (ins AnyRankedTensor:$grad_output, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$grad_input);
  let assemblyFormat = [{
    $grad_output `window` $window `strides` $strides `padding` $padding attr-dict
    `:` type($grad_output) `->` type($grad_input)
  }];
  let hasVerifier = 1;
}

#endif
