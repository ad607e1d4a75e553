// Depthwise convolution and its two gradients. They have a header of their own (DepthwiseConv2D.h).

#ifndef INGOT_DIALECTS_NN_DEPTHWISECONV2D
#define INGOT_DIALECTS_NN_DEPTHWISECONV2D

include "dialects/NN/Base.td"

def NN_DepthwiseConv2DOp : NN_PureOp<"depthwise_conv2d", [StructureOp, GradientOp]> {
  let summary = "two-dimensional convolution of each channel by itself";
  let description = [{
    `output[n, y, x, c*multiplier + m] = sum over u, v of input[n, y*sy + u*dy - top, x*sx + v*dx - left, c] *
    filter[u, v, c, m]`, positions outside the input counting as zero.

    input: [batch, height, width, channels]; filter: [height, width, channels, multiplier]; output: [batch, rows,
    columns, channels * multiplier]. `strides` = [sy, sx]; `dilations` = [dy, dx]; `padding` = [top, bottom, left,
    right]. An error where the channels differ or the window does not fit.
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$filter, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = [{
    $input `,` $filter `strides` $strides `dilations` $dilations `padding` $padding attr-dict
    `:` type($input) `,` type($filter) `->` type($output)
  }];
  let hasVerifier = 1;
}

def NN_DepthwiseConv2DGradInputOp : NN_PureOp<"depthwise_conv2d_grad_input", [StructureOp]> {
  let summary = "gradient of depthwise_conv2d with respect to its input";
  let description = [{
    `grad_input[n, y*sy + u*dy - top, x*sx + v*dx - left, c] += grad_output[n, y, x, c*multiplier + m] *
    filter[u, v, c, m]`.
  }];
  let arguments = (ins AnyRankedTensor:$grad_output, AnyRankedTensor:$filter, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$grad_input);
  let assemblyFormat = [{
    $grad_output `,` $filter `strides` $strides `dilations` $dilations `padding` $padding attr-dict
    `:` type($grad_output) `,` type($filter) `->` type($grad_input)
  }];
  let hasVerifier = 1;
}

def NN_DepthwiseConv2DGradFilterOp : NN_PureOp<"depthwise_conv2d_grad_filter", [StructureOp]> {
  let summary = "gradient of depthwise_conv2d with respect to its filter, in parts";
  let description = [{
    `partial[n mod parts, u, v, c, m] += input[n, y*sy + u*dy - top, x*sx + v*dx - left, c] *
    grad_output[n, y, x, c*multiplier + m]`. The gradient is the sum of the parts: a filter has few elements
    and each takes part in the whole batch, so that parts are what can be computed side by side; their number
    is fixed, and with it the order of additions.

    partial: [parts, height, width, channels, multiplier].
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$grad_output, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$partial);
  let assemblyFormat = [{
    $input `,` $grad_output `strides` $strides `dilations` $dilations `padding` $padding attr-dict
    `:` type($input) `,` type($grad_output) `->` type($partial)
  }];
  let hasVerifier = 1;
}

#endif
