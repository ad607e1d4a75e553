// Two-dimensional convolution and its two gradients.

#ifndef INGOT_DIALECTS_NN_CONV2D
#define INGOT_DIALECTS_NN_CONV2D

def NN_Conv2DOp : NN_PureOp<"conv2d", [StructureOp, GradientOp]> {
  let summary = "two-dimensional convolution (cross-correlation) over NHWC";
  let description = [{
    `output[n, y, x, g*F + o] = sum over u, v, c of
    input[n, y*sy + u*dy - top, x*sx + v*dx - left, g*C + c] * filter[u, v, c, g*F + o]`,
    positions outside the input counting as zero. Of G groups, each makes its F = filters / G output channels
    from its own C = channels / G input channels.

    input: [batch, height, width, channels]; filter: [height, width, channels / groups, filters];
    output: [batch, rows, columns, filters]. `strides` = [sy, sx]; `padding` = [top, bottom, left, right];
    `dilation` = [dy, dx], the distance of the window's elements, 1 where it is not given.
    An error where the channels differ, the groups do not divide them, or the window does not fit.
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$filter,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$padding,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilation,
                       DefaultValuedAttr<I64Attr, "1">:$groups);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = [{
    $input `,` $filter `strides` $strides `padding` $padding (`dilation` $dilation^)? (`groups` $groups^)? attr-dict
    `:` type($input) `,` type($filter) `->` type($output)
  }];
  let hasVerifier = 1;
}

def NN_Conv2DGradInputOp : NN_PureOp<"conv2d_grad_input", [StructureOp, GradientOp]> {
  let summary = "gradient of conv2d with respect to its input";
  let description = [{
    Takes the filter with its two channel dimensions exchanged: filter_transposed: [height, width, filters,
    channels / groups], the layout in which the sum over filters reads memory in order.
    `grad_input[n, y*sy + u*dy - top, x*sx + v*dx - left, g*C + c] +=
    grad_output[n, y, x, g*F + o] * filter_transposed[u, v, g*F + o, c]`.
  }];
  let arguments = (ins AnyRankedTensor:$grad_output, AnyRankedTensor:$filter_transposed,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$padding,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilation,
                       DefaultValuedAttr<I64Attr, "1">:$groups);
  let results = (outs AnyRankedTensor:$grad_input);
  let assemblyFormat = [{
    $grad_output `,` $filter_transposed `strides` $strides `padding` $padding (`dilation` $dilation^)? (`groups` $groups^)? attr-dict
    `:` type($grad_output) `,` type($filter_transposed) `->` type($grad_input)
  }];
  let hasVerifier = 1;
}

def NN_Conv2DGradFilterOp : NN_PureOp<"conv2d_grad_filter", [StructureOp]> {
  let summary = "gradient of conv2d with respect to its filter";
  let description = [{
    `grad_filter[u, v, c, g*F + o] +=
    input[n, y*sy + u*dy - top, x*sx + v*dx - left, g*C + c] * grad_output[n, y, x, g*F + o]`.

    With `part_images` the gradient comes in parts, which are to be added: part p sums over the images n with
    `n div part_images = p`. grad_filter is then [parts, height, width, channels / groups, filters], with parts for
    all images of a full batch; parts without images are 0.
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$grad_output,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$padding,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilation,
                       DefaultValuedAttr<I64Attr, "1">:$groups, OptionalAttr<I64Attr>:$part_images);
  let results = (outs AnyRankedTensor:$grad_filter);
  let assemblyFormat = [{
    $input `,` $grad_output `strides` $strides `padding` $padding (`dilation` $dilation^)? (`groups` $groups^)?
    (`parts` `of` $part_images^ `images`)? attr-dict
    `:` type($input) `,` type($grad_output) `->` type($grad_filter)
  }];
  let hasVerifier = 1;
}

#endif
