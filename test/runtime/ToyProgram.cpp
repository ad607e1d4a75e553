// Kernels and tables of the toy program.

#include "test/runtime/ToyProgram.h"

#include "runtime/Core/Philox.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace ingot::test {

namespace {

// Arena: parameters, then what a step needs.
constexpr uint64_t kernelAt = 0;     // [4][8], three lanes used
constexpr uint64_t biasAt = 128;     // [3]
constexpr uint64_t momentumAt = 192; // [4][8]
constexpr uint64_t stateBytes = 320;
constexpr uint64_t imageAt = 320;                     // [8][4]
constexpr uint64_t labelAt = imageAt + 128;           // int32 [8]
constexpr uint64_t outputAt = labelAt + 64;           // [8][3]
constexpr uint64_t distanceAt = outputAt + 128;       // [8]
constexpr uint64_t gradOutputAt = distanceAt + 64;    // [8][3]
constexpr uint64_t gradKernelAt = gradOutputAt + 128; // [4][3]
constexpr uint64_t lossAt = gradKernelAt + 64;
constexpr uint64_t accuracyAt = lossAt + 64;
constexpr uint64_t arenaBytes = accuracyAt + 64;

constexpr uint32_t reads = 1, writes = 2, both = 3;

template <typename T> T *as(void *const *buffers, int index) {
  return static_cast<T *>(buffers[index]);
}

int64_t validCount(void *const *buffers, int index) { return *as<int64_t>(buffers, index); }

/// Units are rows. buffers: samples, order, valid count, rows.
void gatherImages(void *const *buffers, int64_t begin, int64_t end) {
  end = std::min(end, validCount(buffers, 2));
  for (int64_t row = begin; row < end; ++row)
    std::copy_n(as<float>(buffers, 0) + as<int32_t>(buffers, 1)[row] * toyInputs, toyInputs,
                as<float>(buffers, 3) + row * toyInputs);
}

void gatherLabels(void *const *buffers, int64_t begin, int64_t end) {
  end = std::min(end, validCount(buffers, 2));
  for (int64_t row = begin; row < end; ++row)
    as<int32_t>(buffers, 3)[row] = as<uint8_t>(buffers, 0)[as<int32_t>(buffers, 1)[row]];
}

/// Units are rows. buffers: image, kernel, bias, valid count, output.
void dense(void *const *buffers, int64_t begin, int64_t end) {
  end = std::min(end, validCount(buffers, 3));
  for (int64_t row = begin; row < end; ++row)
    for (int64_t c = 0; c < toyClasses; ++c) {
      float sum = as<float>(buffers, 2)[c];
      for (int64_t i = 0; i < toyInputs; ++i)
        sum += as<float>(buffers, 0)[row * toyInputs + i] * as<float>(buffers, 1)[i * 8 + c];
      as<float>(buffers, 4)[row * toyClasses + c] = sum;
    }
}

/// The same with the sum taken from the other end.
void denseReference(void *const *buffers, int64_t begin, int64_t end) {
  end = std::min(end, validCount(buffers, 3));
  for (int64_t row = begin; row < end; ++row)
    for (int64_t c = 0; c < toyClasses; ++c) {
      float sum = 0;
      for (int64_t i = toyInputs; i-- > 0;)
        sum += as<float>(buffers, 0)[row * toyInputs + i] * as<float>(buffers, 1)[i * 8 + c];
      as<float>(buffers, 4)[row * toyClasses + c] = sum + as<float>(buffers, 2)[c];
    }
}

/// Units are rows. buffers: output, label, valid count, grad_output, distance.
void distance(void *const *buffers, int64_t begin, int64_t end) {
  int64_t valid = validCount(buffers, 2);
  end = std::min(end, valid);
  for (int64_t row = begin; row < end; ++row) {
    float sum = 0;
    for (int64_t c = 0; c < toyClasses; ++c) {
      float error = as<float>(buffers, 0)[row * toyClasses + c] -
                    (as<int32_t>(buffers, 1)[row] == c ? 1.0f : 0.0f);
      sum += error * error;
      as<float>(buffers, 3)[row * toyClasses + c] = 2 * error / float(valid);
    }
    as<float>(buffers, 4)[row] = sum;
  }
}

/// One unit. buffers: output, label, distance, valid count, loss, accuracy.
void metrics(void *const *buffers, int64_t, int64_t) {
  int64_t valid = validCount(buffers, 3);
  float loss = 0, hits = 0;
  for (int64_t row = 0; row < valid; ++row) {
    const float *scores = as<float>(buffers, 0) + row * toyClasses;
    loss += as<float>(buffers, 2)[row];
    hits += std::max_element(scores, scores + toyClasses) - scores == as<int32_t>(buffers, 1)[row];
  }
  *as<float>(buffers, 4) = loss / float(valid);
  *as<float>(buffers, 5) = hits / float(valid);
}

/// Units are inputs. buffers: image, grad_output, valid count, grad_kernel.
void gradKernel(void *const *buffers, int64_t begin, int64_t end) {
  int64_t valid = validCount(buffers, 2);
  for (int64_t i = begin; i < end; ++i)
    for (int64_t c = 0; c < toyClasses; ++c) {
      float sum = 0;
      for (int64_t row = 0; row < valid; ++row)
        sum += as<float>(buffers, 0)[row * toyInputs + i] *
               as<float>(buffers, 1)[row * toyClasses + c];
      as<float>(buffers, 3)[i * toyClasses + c] = sum;
    }
}

/// Units are inputs. buffers: grad_kernel, learning rate, kernel, momentum.
void updateKernel(void *const *buffers, int64_t begin, int64_t end) {
  float rate = *as<float>(buffers, 1);
  for (int64_t i = begin; i < end; ++i)
    for (int64_t c = 0; c < toyClasses; ++c) {
      float &momentum = as<float>(buffers, 3)[i * 8 + c];
      momentum = 0.5f * momentum - rate * as<float>(buffers, 0)[i * toyClasses + c];
      as<float>(buffers, 2)[i * 8 + c] += momentum;
    }
}

/// One unit. buffers: grad_output, valid count, learning rate, bias.
void updateBias(void *const *buffers, int64_t, int64_t) {
  for (int64_t row = 0; row < validCount(buffers, 1); ++row)
    for (int64_t c = 0; c < toyClasses; ++c)
      as<float>(buffers, 3)[c] -=
          *as<float>(buffers, 2) * as<float>(buffers, 0)[row * toyClasses + c];
}

constexpr IngotBuffer arenaBuffer(uint32_t access, uint64_t offset, uint64_t bytes,
                                  uint64_t rowBytes = 0) {
  return {INGOT_SPACE_ARENA, access, offset, bytes, rowBytes};
}

constexpr IngotBuffer images = {INGOT_SPACE_SAMPLES, reads, 0, 0, 0};
constexpr IngotBuffer labels = {INGOT_SPACE_SAMPLES, reads, 1, 0, 0};
constexpr IngotBuffer order = {INGOT_SPACE_ORDER, reads, 0, toyBatch * 4, 4};
constexpr IngotBuffer count = {INGOT_SPACE_STEP_STATE, reads, offsetof(IngotStepState, valid_count),
                               8, 0};
constexpr IngotBuffer rate = {INGOT_SPACE_STEP_STATE, reads,
                              offsetof(IngotStepState, learning_rate), 4, 0};
constexpr IngotBuffer kernel = arenaBuffer(reads, kernelAt, 128);
constexpr IngotBuffer bias = arenaBuffer(reads, biasAt, 12);
constexpr IngotBuffer image = arenaBuffer(reads, imageAt, 128, 16);
constexpr IngotBuffer label = arenaBuffer(reads, labelAt, 32, 4);
constexpr IngotBuffer output = arenaBuffer(reads, outputAt, 96, 12);
constexpr IngotBuffer distances = arenaBuffer(reads, distanceAt, 32, 4);
constexpr IngotBuffer gradOutput = arenaBuffer(reads, gradOutputAt, 96, 12);
constexpr IngotBuffer gradKernels = arenaBuffer(reads, gradKernelAt, 48);

constexpr IngotBuffer with(IngotBuffer buffer, uint32_t access) {
  buffer.access = access;
  return buffer;
}

const IngotBuffer gatherImagesBuffers[] = {images, order, count, with(image, writes)};
const IngotBuffer gatherLabelsBuffers[] = {labels, order, count, with(label, writes)};
const IngotBuffer denseBuffers[] = {image, kernel, bias, count, with(output, writes)};
const IngotBuffer distanceBuffers[] = {output, label, count, with(gradOutput, writes),
                                       with(distances, writes)};
const IngotBuffer metricsBuffers[] = {output,
                                      label,
                                      distances,
                                      count,
                                      arenaBuffer(writes, lossAt, 4),
                                      arenaBuffer(writes, accuracyAt, 4)};
const IngotBuffer gradKernelBuffers[] = {image, gradOutput, count, with(gradKernels, writes)};
const IngotBuffer updateKernelBuffers[] = {gradKernels, rate, with(kernel, both),
                                           arenaBuffer(both, momentumAt, 128)};
const IngotBuffer updateBiasBuffers[] = {gradOutput, count, rate, with(bias, both)};

const uint32_t afterImages[] = {0}, afterDense[] = {1, 2}, afterDistance[] = {3},
               afterGradient[] = {5};

// As heavy as a real launch in the table's eyes, so that several threads share even these few
// units.
constexpr uint64_t work = 1 << 20;

const IngotLaunch launches[] = {
    {"gather_images", "rows", gatherImages, nullptr, gatherImagesBuffers, nullptr, 4, 0, toyBatch,
     work, work},
    {"gather_labels", "rows", gatherLabels, nullptr, gatherLabelsBuffers, nullptr, 4, 0, toyBatch,
     work, work},
    {"dense", "rows", dense, denseReference, denseBuffers, afterImages, 5, 1, toyBatch, work, work},
    {"distance", "rows", distance, distance, distanceBuffers, afterDense, 5, 2, toyBatch, work,
     work},
    {"metrics", "one", metrics, nullptr, metricsBuffers, afterDistance, 6, 1, 1, work, work},
    {"dense.grad_kernel", "inputs", gradKernel, gradKernel, gradKernelBuffers, afterDistance, 4, 1,
     toyInputs, work, work},
    {"dense.update_kernel", "inputs", updateKernel, updateKernel, updateKernelBuffers,
     afterGradient, 4, 1, toyInputs, work, work},
    {"dense.update_bias", "one", updateBias, nullptr, updateBiasBuffers, afterDistance, 4, 1, 1,
     work, work},
};
const IngotLaunch predictLaunches[] = {launches[0],
                                       {"dense", "rows", dense, denseReference, denseBuffers,
                                        afterImages, 5, 1, toyBatch, work, work}};

const IngotMetric metricTable[] = {{"loss", lossAt}, {"accuracy", accuracyAt}};

const IngotEntry entries[] = {
    {"train_step", INGOT_TRAIN_STEP, 8, launches, metricTable, 2, 0, {}, 0, 0, 1},
    {"evaluate_step", INGOT_EVALUATE_STEP, 5, launches, metricTable, 2, 0, {}, 0, 2, 3},
    {"predict_step",
     INGOT_PREDICT_STEP,
     2,
     predictLaunches,
     nullptr,
     0,
     1,
     {toyClasses},
     outputAt,
     2,
     -1},
};

const IngotParameter parameters[] = {
    {"dense/kernel",
     INGOT_TRAINABLE,
     2,
     {toyInputs, toyClasses},
     8,
     kernelAt,
     128,
     INGOT_INIT_UNIFORM,
     0,
     -0.5,
     0.5,
     1},
    {"dense/bias", INGOT_TRAINABLE, 1, {toyClasses}, 0, biasAt, 12, INGOT_INIT_ZEROS, 0, 0, 0, 2},
    {"dense/kernel/momentum",
     INGOT_SLOT,
     2,
     {toyInputs, toyClasses},
     8,
     momentumAt,
     128,
     INGOT_INIT_ZEROS,
     0,
     0,
     0,
     3},
};

const IngotArray arrays[] = {
    {"toy", "images", INGOT_SPLIT_TRAIN, INGOT_F32, 1, 0, {toyInputs}, nullptr, nullptr},
    {"toy", "labels", INGOT_SPLIT_TRAIN, INGOT_U8, 0, toyClasses, {}, nullptr, nullptr},
    {"toy", "images", INGOT_SPLIT_TEST, INGOT_F32, 1, 0, {toyInputs}, nullptr, nullptr},
    {"toy", "labels", INGOT_SPLIT_TEST, INGOT_U8, 0, toyClasses, {}, nullptr, nullptr},
};

const IngotFit fits[] = {{0, 1, 3, toyBatch, toyBatch, 1, 1, 0}};
const IngotEvaluation evaluations[] = {{1, 1, toyBatch}};

IngotProgram makeProgram() {
  IngotProgram program = {};
  program.abi_version = INGOT_ABI_VERSION;
  program.batch = toyBatch;
  program.name = "toy";
  program.spec = "toy.py";
  program.spec_digest = "0123";
  program.compiler = "by hand";
  program.target_cpu = "x86-64";
  program.target_features = "";
  program.schedule_hash = "4567";
  program.model_name = "toy";
  program.arena_bytes = arenaBytes;
  program.state_bytes = stateBytes;
  program.learning_rate = 0.05;
  program.parameters = parameters;
  program.arrays = arrays;
  program.entries = entries;
  program.fits = fits;
  program.evaluations = evaluations;
  program.parameter_count = std::size(parameters);
  program.array_count = std::size(arrays);
  program.entry_count = std::size(entries);
  program.fit_count = std::size(fits);
  program.evaluation_count = std::size(evaluations);
  return program;
}

} // namespace

const IngotProgram &toyProgram() {
  static const IngotProgram program = makeProgram();
  return program;
}

ToyCopy::ToyCopy() : program(toyProgram()), entries(program.entries, program.entries + 3) {
  for (IngotEntry &entry : entries) {
    launches.emplace_back(entry.launches, entry.launches + entry.launch_count);
    entry.launches = launches.back().data();
  }
  program.entries = entries.data();
}

ToySamples::ToySamples(int64_t count, uint64_t seed) {
  runtime::RandomStream random(seed, runtime::RandomPurpose::Selfcheck, 0);
  for (int64_t sample = 0; sample < count; ++sample) {
    labels.push_back(static_cast<uint8_t>(sample % toyClasses));
    for (int64_t i = 0; i < toyInputs; ++i)
      images.push_back(random.uniform(sample * toyInputs + i) + (i == sample % toyClasses));
  }
}

} // namespace ingot::test
