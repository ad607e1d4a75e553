// Runs a launch whole, in pieces and by its reference, each on a copy of the arena, and compares.

#include "runtime/Train/KernelCheck.h"

#include "runtime/Device/FlushDenormals.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace ingot::runtime {

KernelCheck::KernelCheck(const IngotProgram &program, const Bindings &bindings)
    : itsProgram(program), itsBindings(bindings), itsTuned(program.arena_bytes),
      itsPieces(program.arena_bytes), itsReference(program.arena_bytes) {
  poison(bindings.arena + program.state_bytes, program.arena_bytes - program.state_bytes);
  for (Arena *copy : {&itsTuned, &itsPieces, &itsReference})
    std::memcpy(copy->data(), bindings.arena, program.arena_bytes);
}

std::vector<void *> KernelCheck::addresses(const IngotLaunch &launch, std::byte *arena) const {
  Bindings bindings = itsBindings;
  bindings.arena = arena;
  std::vector<void *> result;
  for (const IngotBuffer &buffer : std::span(launch.buffers, launch.buffer_count))
    result.push_back(resolve(buffer, bindings));
  return result;
}

uint64_t KernelCheck::validBytes(const IngotBuffer &buffer) const {
  uint64_t rows = static_cast<uint64_t>(itsBindings.state->valid_count) * buffer.row_bytes;
  return buffer.row_bytes ? std::min(rows, buffer.bytes) : buffer.bytes;
}

static bool isOutput(const IngotBuffer &buffer) {
  return buffer.space == INGOT_SPACE_ARENA && (buffer.access & 2);
}

/// Words are compared as floats unless they are the same bits, as integers of an agreeing kernel
/// are; differing small integers are denormal numbers, and differ as such.
void KernelCheck::compareBuffer(const IngotBuffer &buffer, double rounding,
                                KernelVerdict &verdict) {
  double difference = 0, magnitude = 0, change = 0;
  bool rewritten = buffer.access & 1;
  for (uint64_t at = 0; at + sizeof(float) <= validBytes(buffer); at += sizeof(float)) {
    float tuned, reference, before;
    std::memcpy(&tuned, itsTuned.data() + buffer.offset + at, sizeof tuned);
    std::memcpy(&reference, itsReference.data() + buffer.offset + at, sizeof reference);
    std::memcpy(&before, itsBindings.arena + buffer.offset + at, sizeof before);
    bool same = std::memcmp(&tuned, &reference, sizeof tuned) == 0;
    // Padding that the reference leaves as it was means nothing.
    if (std::isnan(reference) && std::memcmp(&reference, &before, sizeof before) == 0)
      continue;
    if (!same && !(std::isfinite(tuned) && std::isfinite(reference))) {
      difference = magnitude = INFINITY;
      break;
    }
    if (!same)
      difference = std::max(difference, std::fabs(double(tuned) - double(reference)));
    if (std::isfinite(reference)) {
      magnitude = std::max(magnitude, std::fabs(double(reference)));
      change = std::max(change, std::fabs(double(reference) - double(before)));
    }
  }
  // An update moves weights by little: what it got wrong must be seen beside the step, not the
  // weight.
  double scale =
      rewritten && std::isfinite(change) ? std::max(change, 1e-3 * magnitude) : magnitude;
  if (!rewritten)
    scale = std::max(scale, rounding / tolerance);
  double error = difference == 0 ? 0 : std::isinf(difference) ? INFINITY : difference / scale;
  verdict.error = std::max(verdict.error, error);
  if (!(error <= tolerance) && verdict.fault.empty())
    verdict.fault = std::isinf(error) ? "gives infinity or no number where the reference does not, "
                                        "or the other way round"
                                      : "differs from the reference";
}

/// How far two orders of summation may differ where values cancel each other, as those do whose
/// mean batch normalization took away. As many of the launch's values are taken for summands as
/// there are for each element of the output; a scalar is none. An addition rounds by 2^-24 of the
/// sum so far, which is a few times the largest value before all cancels.
double KernelCheck::roundingOf(const IngotLaunch &launch, const IngotBuffer &output) const {
  double rounding = 0;
  for (const IngotBuffer &buffer : std::span(launch.buffers, launch.buffer_count)) {
    if (buffer.space != INGOT_SPACE_ARENA || isOutput(buffer) || buffer.bytes <= 64)
      continue;
    double largest = 0;
    for (uint64_t at = 0; at + sizeof(float) <= validBytes(buffer); at += sizeof(float)) {
      float value;
      std::memcpy(&value, itsBindings.arena + buffer.offset + at, sizeof value);
      if (std::isfinite(value))
        largest = std::max(largest, std::fabs(double(value)));
    }
    double summands =
        double(validBytes(buffer)) / double(std::max<uint64_t>(validBytes(output), 1));
    rounding = std::max(rounding, 0x1p-23 * summands * largest);
  }
  return rounding;
}

/// A buffer's end with its padding: the compiler places buffers on cache lines, and a kernel that
/// goes over several buffers in one pass goes over the padding between them.
static uint64_t alignedEnd(const IngotBuffer &buffer) {
  constexpr uint64_t line = 64;
  return (buffer.offset + buffer.bytes + line - 1) / line * line;
}

/// Whether a kernel changed a byte that is none of its outputs or their padding.
bool KernelCheck::strayed(const IngotLaunch &launch, const Arena &written) const {
  std::vector<std::pair<uint64_t, uint64_t>> outputs;
  for (const IngotBuffer &buffer : std::span(launch.buffers, launch.buffer_count))
    if (isOutput(buffer))
      outputs.emplace_back(buffer.offset, alignedEnd(buffer));
  outputs.emplace_back(itsProgram.arena_bytes, itsProgram.arena_bytes);
  std::sort(outputs.begin(), outputs.end());
  uint64_t at = 0;
  for (auto [begin, end] : outputs) {
    if (begin > at && std::memcmp(written.data() + at, itsBindings.arena + at, begin - at) != 0)
      return true;
    at = std::max(at, end);
  }
  return false;
}

/// Outputs that the launch does not read hold nothing before it, so that what neither kernel
/// computes is told from what both do; their layout may scatter the rows beyond the valid count.
void KernelCheck::forget(const IngotLaunch &launch) {
  for (const IngotBuffer &buffer : std::span(launch.buffers, launch.buffer_count)) {
    if (!isOutput(buffer) || (buffer.access & 1) || buffer.offset < itsProgram.state_bytes)
      continue;
    poison(itsBindings.arena + buffer.offset, buffer.bytes);
    for (Arena *copy : {&itsTuned, &itsPieces, &itsReference})
      poison(copy->data() + buffer.offset, buffer.bytes);
  }
}

/// Poisons the rows beyond the valid count, and makes the copies what the arena is.
void KernelCheck::settle(const IngotLaunch &launch) {
  for (const IngotBuffer &buffer : std::span(launch.buffers, launch.buffer_count)) {
    if (!isOutput(buffer))
      continue;
    std::byte *output = itsBindings.arena + buffer.offset;
    if (buffer.offset >= itsProgram.state_bytes)
      poison(output + validBytes(buffer), buffer.bytes - validBytes(buffer));
    for (Arena *copy : {&itsTuned, &itsPieces, &itsReference})
      std::memcpy(copy->data() + buffer.offset, output,
                  std::min<uint64_t>(alignedEnd(buffer), itsProgram.arena_bytes) - buffer.offset);
  }
}

KernelVerdict KernelCheck::check(const IngotLaunch &launch) {
  forget(launch);
  std::vector<void *> tuned = addresses(launch, itsTuned.data()),
                      pieces = addresses(launch, itsPieces.data()),
                      reference = addresses(launch, itsReference.data());
  {
    FlushDenormals flush;
    launch.kernel(tuned.data(), 0, launch.grid);
    for (int64_t unit = launch.grid; unit-- > 0;)
      launch.kernel(pieces.data(), unit, unit + 1);
    launch.reference(reference.data(), 0, launch.grid);
  }
  KernelVerdict verdict;
  bool stray = strayed(launch, itsTuned), referenceStray = strayed(launch, itsReference);
  if (stray)
    verdict.fault = "writes outside of its outputs";
  else if (referenceStray)
    verdict.fault = "has a reference that writes outside of its outputs";
  for (const IngotBuffer &buffer : std::span(launch.buffers, launch.buffer_count)) {
    if (!isOutput(buffer))
      continue;
    if (verdict.fault.empty() &&
        std::memcmp(itsTuned.data() + buffer.offset, itsPieces.data() + buffer.offset,
                    validBytes(buffer)) != 0)
      verdict.fault = "gives other bits when its grid is cut into pieces";
    compareBuffer(buffer, roundingOf(launch, buffer), verdict);
  }
  for (const IngotBuffer &buffer : std::span(launch.buffers, launch.buffer_count))
    if (isOutput(buffer))
      std::memcpy(itsBindings.arena + buffer.offset, itsReference.data() + buffer.offset,
                  buffer.bytes);
  settle(launch);
  if (stray || referenceStray)
    for (Arena *copy : {&itsTuned, &itsPieces, &itsReference})
      std::memcpy(copy->data(), itsBindings.arena, itsProgram.arena_bytes);
  return verdict;
}

void KernelCheck::pass(const IngotLaunch &launch) {
  {
    FlushDenormals flush;
    launch.kernel(addresses(launch, itsBindings.arena).data(), 0, launch.grid);
  }
  settle(launch);
}

} // namespace ingot::runtime
