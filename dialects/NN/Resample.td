// Images read at moved places: shifts, rotations, zooms, shears and flips. A header of its own: Resample.h.

#ifndef INGOT_DIALECTS_NN_RESAMPLE
#define INGOT_DIALECTS_NN_RESAMPLE

include "dialects/NN/Base.td"
include "dialects/NN/Fill.td"

def NN_ResampleOp : NN_PureOp<"resample"> {
  let summary = "images read at an affine map of each pixel's place";
  let description = [{
    `output[n, y, x, c] = input[n, row, column, c]`, where `row = m[0]*y + m[1]*x + m[2]` and
    `column = m[3]*y + m[4]*x + m[5]` with `m[i] = coefficients[i][n]`, in float64. Between pixels it is bilinear,
    or with `nearest_pixel` the pixel at floor(place + 1/2). Beyond the border:

    - `nearest`: the border's pixel; `reflect`: d c b a | a b c d | d c b a.
    - `wrap`: periodic, the period being size - 1; `constant`: `fill_value` outright for a place outside of
      [0, size - 1]. Both as scipy.ndimage.affine_transform, which Keras's ImageDataGenerator calls.
    - `tile`: periodic as TensorFlow's ImageProjectiveTransformV3 has it; `blend`: pixels beyond the border are
      `fill_value`, between which and the border it is bilinear. Both as Keras's preprocessing layers.

    input and output: [batch, height, width, channels], float32, of any two sizes; six coefficients: [batch], float64.
  }];
  let arguments = (ins AnyRankedTensor:$input, Variadic<AnyRankedTensor>:$coefficients, NN_Fill:$fill,
                       UnitAttr:$nearest_pixel, DefaultValuedAttr<F32Attr, "0.0f">:$fill_value);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = [{
    $input `at` `(` $coefficients `)` `fill` $fill (`nearest_pixel` $nearest_pixel^)? attr-dict
    `:` type($input) `,` type($coefficients) `->` type($output)
  }];
  let hasVerifier = 1;
}

#endif
