// What a contraction kernel computes, apart from how: sizes of a 2-D convolution. A matrix product
// is the convolution of 1x1 images with a 1x1 kernel, so one set of emitters serves both.
#ifndef INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_PROBLEM_H
#define INGOT_COMPILER_CODEGEN_CPU_CONTRACTION_PROBLEM_H

#include <cstdint>

namespace ingot::cpu {

/// output[n][oh][ow][oc] = sum over kh, kw, ic of
///   input[n][oh*strideH + kh*dilationH - padTop][ow*strideW + kw*dilationW - padLeft][ic]
///   * filter[kh][kw][ic][oc], where pixels outside the input count as zero.
/// Activations are NHWC, row-major and contiguous. Filters are packed
/// [ceil(outC/block)][kH][kW][inC/groups][block], lanes beyond outC zero; `block` is a multiple of
/// the vector length. With groups, ic and the filter's third index count within a group.
struct ConvProblem {
  int64_t batch = 1; ///< rows the buffers hold; a launch computes the first `count` of them
  int64_t inH = 1, inW = 1, inC = 1;
  int64_t kH = 1, kW = 1;
  int64_t outH = 1, outW = 1, outC = 1;
  int64_t strideH = 1, strideW = 1;
  int64_t padTop = 0,
          padLeft = 0; ///< what is missing below and to the right follows from the sizes
  int64_t dilationH = 1, dilationW = 1;
  int64_t groups = 1;     ///< each makes its output channels from its own input channels
  int64_t partImages = 0; ///< grad_filter's: images of a part of the sum, 0 for one sum of all

  /// output[rows][columns] = input[rows][inner] * weights[inner][columns].
  static ConvProblem matmul(int64_t rows, int64_t inner, int64_t columns) {
    ConvProblem problem;
    problem.batch = rows;
    problem.inC = inner;
    problem.outC = columns;
    return problem;
  }
  bool isMatmul() const {
    return inH == 1 && inW == 1 && kH == 1 && kW == 1 && outH == 1 && outW == 1 && groups == 1;
  }
  /// Parts of grad_filter, whose packed layout is then [ceil(outC/block)][parts][kH]...
  int64_t parts() const { return partImages ? (batch + partImages - 1) / partImages : 1; }
  int64_t groupInC() const { return inC / groups; }
  int64_t groupOutC() const { return outC / groups; }
  int64_t inputElements() const { return batch * inH * inW * inC; }
  int64_t outputElements() const { return batch * outH * outW * outC; }
  /// Elements of a filter packed with `block` output channels a block.
  int64_t filterElements(int64_t block) const {
    return (outC + block - 1) / block * block * kH * kW * groupInC();
  }
  /// Multiplications and additions of a full batch, padding taps included (the usual count).
  int64_t flops() const { return 2 * outputElements() * kH * kW * groupInC(); }
};

} // namespace ingot::cpu

#endif
