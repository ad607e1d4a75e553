// Naive results: the definition of the convolution, one visitor for all three directions.
#include "test/codegen/KernelProblem.h"
#include <cmath>

namespace ingot::test {

/// Calls visit(input offset, filter offset, output offset) for every product of the convolution of
/// valid rows.
template <typename Visit> static void forEachProduct(const KernelProblem &problem, Visit visit) {
  const cpu::ConvProblem &c = problem.conv;
  for (int64_t n = 0; n < problem.count; ++n)
    for (int64_t oh = 0; oh < c.outH; ++oh)
      for (int64_t ow = 0; ow < c.outW; ++ow)
        for (int64_t kh = 0; kh < c.kH; ++kh)
          for (int64_t kw = 0; kw < c.kW; ++kw) {
            int64_t ih = oh * c.strideH + kh * c.dilationH - c.padTop;
            int64_t iw = ow * c.strideW + kw * c.dilationW - c.padLeft;
            if (ih < 0 || ih >= c.inH || iw < 0 || iw >= c.inW)
              continue;
            for (int64_t oc = 0; oc < c.outC; ++oc) {
              int64_t firstChannel = oc / c.groupOutC() * c.groupInC();
              for (int64_t ic = 0; ic < c.groupInC(); ++ic)
                visit(((n * c.inH + ih) * c.inW + iw) * c.inC + firstChannel + ic,
                      ((kh * c.kW + kw) * c.groupInC() + ic) * c.outC + oc,
                      ((n * c.outH + oh) * c.outW + ow) * c.outC + oc);
            }
          }
}

static void accumulate(Expected &sum, float a, float b) {
  double product = double(a) * b;
  sum.value += product;
  sum.magnitude += std::abs(product);
}

Reference referenceForward(const KernelProblem &problem, const Floats &input,
                           const Floats &filter) {
  Reference result(problem.conv.outputElements());
  forEachProduct(problem, [&](int64_t i, int64_t f, int64_t o) {
    accumulate(result[o], input[i], filter[f]);
  });
  return result;
}

Reference referenceGradInput(const KernelProblem &problem, const Floats &gradOutput,
                             const Floats &filter) {
  Reference result(problem.conv.inputElements());
  forEachProduct(problem, [&](int64_t i, int64_t f, int64_t o) {
    accumulate(result[i], gradOutput[o], filter[f]);
  });
  return result;
}

Reference referenceGradFilter(const KernelProblem &problem, const Floats &input,
                              const Floats &gradOutput) {
  const cpu::ConvProblem &c = problem.conv;
  int64_t part = c.kH * c.kW * c.groupInC() * c.outC;
  int64_t partOutputs = c.partImages * c.outH * c.outW * c.outC;
  Reference result(c.parts() * part);
  forEachProduct(problem, [&](int64_t i, int64_t f, int64_t o) {
    int64_t first = c.partImages ? o / partOutputs * part : 0;
    accumulate(result[first + f], input[i], gradOutput[o]);
  });
  return result;
}

} // namespace ingot::test
