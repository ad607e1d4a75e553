// Two-dimensional convolution and its two gradients.

#ifndef INGOT_DIALECTS_NN_CONV2D
#define INGOT_DIALECTS_NN_CONV2D

def NN_Conv2DOp : NN_PureOp<"conv2d", [StructureOp, GradientOp]> {
  let summary = "two-dimensional convolution (cross-correlation) over NHWC";
  let description = [{
    `output[n, y, x, o] = sum over u, v, c of input[n, y*sy + u - top, x*sx + v - left, c] * filter[u, v, c, o]`,
    positions outside the input counting as zero.

    input: [batch, height, width, channels]; filter: [height, width, channels, filters];
    output: [batch, rows, columns, filters]. `strides` = [sy, sx]; `padding` = [top, bottom, left, right].
    An error where the channels differ or the window does not fit.
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$filter,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = [{
    $input `,` $filter `strides` $strides `padding` $padding attr-dict
    `:` type($input) `,` type($filter) `->` type($output)
  }];
  let hasVerifier = 1;
}

def NN_Conv2DGradInputOp : NN_PureOp<"conv2d_grad_input", [StructureOp]> {
  let summary = "gradient of conv2d with respect to its input";
  let description = [{
    Takes the filter with its two channel dimensions exchanged: filter_transposed: [height, width, filters,
    channels], the layout in which the sum over filters reads memory in order.
    `grad_input[n, y*sy + u - top, x*sx + v - left, c] += grad_output[n, y, x, o] * filter_transposed[u, v, o, c]`.
  }];
  let arguments = (ins AnyRankedTensor:$grad_output, AnyRankedTensor:$filter_transposed,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$grad_input);
  let assemblyFormat = [{
    $grad_output `,` $filter_transposed `strides` $strides `padding` $padding attr-dict
    `:` type($grad_output) `,` type($filter_transposed) `->` type($grad_input)
  }];
  let hasVerifier = 1;
}

def NN_Conv2DGradFilterOp : NN_PureOp<"conv2d_grad_filter", [StructureOp]> {
  let summary = "gradient of conv2d with respect to its filter";
  let description = [{
    `grad_filter[u, v, c, o] += input[n, y*sy + u - top, x*sx + v - left, c] * grad_output[n, y, x, o]`.
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$grad_output,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$padding);
  let results = (outs AnyRankedTensor:$grad_filter);
  let assemblyFormat = [{
    $input `,` $grad_output `strides` $strides `padding` $padding attr-dict
    `:` type($input) `,` type($grad_output) `->` type($grad_filter)
  }];
  let hasVerifier = 1;
}

#endif
