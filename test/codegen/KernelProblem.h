// A problem of ingot-kernel-bench, and naive double-precision results for it.
#ifndef INGOT_TEST_CODEGEN_KERNELPROBLEM_H
#define INGOT_TEST_CODEGEN_KERNELPROBLEM_H

#include "compiler/Codegen/CPU/Contraction/Problem.h"
#include <optional>
#include <string>
#include <vector>

namespace ingot::test {

struct KernelProblem {
  cpu::ConvProblem conv;
  int64_t count = 0; ///< valid rows
  /// Forward tile instead of the cost model's, images x rows x columns x vectors; 0: the model's.
  int64_t tileImages = 0, tileRows = 0, tileColumns = 0, tileVectors = 0;
  std::string text;
};

/// "conv ic32ih13iw13oc64kh3kw3sh2sw2 same|valid mb32 count=17" or "matmul mb32ic512oc10 count=17".
/// Letters and numbers may come in any order; dh and dw are the dilation, g the groups, pi the
/// images of a part of grad_filter. What is missing is 1, iw, kw, sw and dw default to ih, kh, sh
/// and dh, count to mb. ti, tr, tc and tv are the forward tile.
std::optional<KernelProblem> parseProblem(const std::string &text);

/// A sum and the sum of its terms' magnitudes, which scales the rounding error allowed.
struct Expected {
  double value = 0, magnitude = 0;
};

using Floats = std::vector<float>;
using Reference = std::vector<Expected>;
/// Filters are [kH][kW][inC/groups][outC], Keras's layout; of grad_filter's parts, each.
Reference referenceForward(const KernelProblem &problem, const Floats &input, const Floats &filter);
Reference referenceGradInput(const KernelProblem &problem, const Floats &gradOutput,
                             const Floats &filter);
Reference referenceGradFilter(const KernelProblem &problem, const Floats &input,
                              const Floats &gradOutput);

} // namespace ingot::test

#endif
