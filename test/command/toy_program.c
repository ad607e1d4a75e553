/* A program as ingotc would write it, by hand: softmax(x W + b) on 28 x 28 images of ten classes,
 * plain gradient descent. Linked with the runtime it is a whole executable, so that commands, flags
 * and errors can be tested without the compiler. */

#include "runtime/ABI/Program.h"

#include <math.h>
#include <stddef.h>

enum { BATCH = 16, PIXELS = 784, CLASSES = 10 };
enum {
  KERNEL = 0,
  BIAS = KERNEL + PIXELS * CLASSES * 4,
  STATE = BIAS + 64,
  OUTPUT = STATE,
  ROW_LOSS = OUTPUT + BATCH * CLASSES * 4,
  ROW_HIT = ROW_LOSS + BATCH * 4,
  LOSS = ROW_HIT + BATCH * 4,
  ACCURACY = LOSS + 64,
  ARENA = ACCURACY + 64
};

static void predictRow(const uint8_t *image, const float *kernel, const float *bias,
                       float *output) {
  float most = -INFINITY, sum = 0;
  for (int c = 0; c < CLASSES; ++c) {
    output[c] = bias[c];
    for (int i = 0; i < PIXELS; ++i)
      output[c] += (float)image[i] / 255.0f * kernel[i * CLASSES + c];
    most = fmaxf(most, output[c]);
  }
  for (int c = 0; c < CLASSES; ++c)
    sum += output[c] = expf(output[c] - most);
  for (int c = 0; c < CLASSES; ++c)
    output[c] /= sum;
}

/* Units are rows. buffers: images, order, count, kernel, bias, output. */
static void forward(void *const *buffers, int64_t begin, int64_t end) {
  const uint8_t *images = buffers[0];
  const int32_t *order = buffers[1];
  const int64_t *count = buffers[2];
  float *output = buffers[5];
  for (int64_t row = begin; row < end && row < *count; ++row)
    predictRow(images + (int64_t)order[row] * PIXELS, buffers[3], buffers[4],
               output + row * CLASSES);
}

/* Units are rows. buffers: output, labels, order, count, row loss, row hit. */
static void compareLabels(void *const *buffers, int64_t begin, int64_t end) {
  const float *output = buffers[0];
  const int32_t *labels = buffers[1], *order = buffers[2];
  const int64_t *count = buffers[3];
  float *loss = buffers[4], *hit = buffers[5];
  for (int64_t row = begin; row < end && row < *count; ++row) {
    const float *scores = output + row * CLASSES;
    int32_t label = labels[order[row]], best = 0;
    for (int c = 1; c < CLASSES; ++c)
      if (scores[c] > scores[best])
        best = c;
    loss[row] = -logf(fmaxf(scores[label], 1e-7f));
    hit[row] = best == label;
  }
}

/* One unit. buffers: row loss, row hit, count, loss, accuracy. */
static void means(void *const *buffers, int64_t begin, int64_t end) {
  const float *losses = buffers[0], *hits = buffers[1];
  const int64_t *count = buffers[2];
  float loss = 0, hit = 0;
  (void)begin, (void)end;
  for (int64_t row = 0; row < *count; ++row) {
    loss += losses[row];
    hit += hits[row];
  }
  *(float *)buffers[3] = loss / (float)*count;
  *(float *)buffers[4] = hit / (float)*count;
}

/* Units are pixels, and one for the bias. buffers: images, labels, order, count, rate, output,
 * kernel, bias. */
static void update(void *const *buffers, int64_t begin, int64_t end) {
  const uint8_t *images = buffers[0];
  const int32_t *labels = buffers[1], *order = buffers[2];
  const int64_t *count = buffers[3];
  const float *rate = buffers[4], *output = buffers[5];
  float *kernel = buffers[6], *bias = buffers[7];
  for (int64_t i = begin; i < end; ++i)
    for (int c = 0; c < CLASSES; ++c) {
      float gradient = 0;
      for (int64_t row = 0; row < *count; ++row) {
        float input = i < PIXELS ? (float)images[(int64_t)order[row] * PIXELS + i] / 255.0f : 1.0f;
        gradient += input * (output[row * CLASSES + c] - (labels[order[row]] == c ? 1.0f : 0.0f));
      }
      (i < PIXELS ? kernel + i * CLASSES : bias)[c] -= *rate * gradient / (float)*count;
    }
}

#define IMAGES {INGOT_SPACE_SAMPLES, 1, 0, 0, 0}
#define LABELS {INGOT_SPACE_SAMPLES, 1, 1, 0, 0}
#define ORDER {INGOT_SPACE_ORDER, 1, 0, BATCH * 4, 4}
#define COUNT {INGOT_SPACE_STEP_STATE, 1, offsetof(IngotStepState, valid_count), 8, 0}
#define RATE {INGOT_SPACE_STEP_STATE, 1, offsetof(IngotStepState, learning_rate), 4, 0}
#define AT(access, offset, bytes, row) {INGOT_SPACE_ARENA, access, offset, bytes, row}
#define OUTPUTS(access) AT(access, OUTPUT, BATCH * CLASSES * 4, CLASSES * 4)

static const IngotBuffer forwardBuffers[] = {
    IMAGES,    ORDER, COUNT, AT(1, KERNEL, PIXELS * CLASSES * 4, 0), AT(1, BIAS, CLASSES * 4, 0),
    OUTPUTS(2)};
static const IngotBuffer compareBuffers[] = {
    OUTPUTS(1), LABELS, ORDER, COUNT, AT(2, ROW_LOSS, BATCH * 4, 4), AT(2, ROW_HIT, BATCH * 4, 4)};
static const IngotBuffer meansBuffers[] = {AT(1, ROW_LOSS, BATCH * 4, 4),
                                           AT(1, ROW_HIT, BATCH * 4, 4), COUNT, AT(2, LOSS, 4, 0),
                                           AT(2, ACCURACY, 4, 0)};
static const IngotBuffer updateBuffers[] = {IMAGES,
                                            LABELS,
                                            ORDER,
                                            COUNT,
                                            RATE,
                                            OUTPUTS(1),
                                            AT(3, KERNEL, PIXELS * CLASSES * 4, 0),
                                            AT(3, BIAS, CLASSES * 4, 0)};

static const uint32_t afterForward[] = {0}, afterCompare[] = {1};

static const IngotLaunch launches[] = {
    {"dense.forward", "rows", forward, forward, forwardBuffers, 0, 6, 0, BATCH, 250000, 60000},
    {"loss", "rows", compareLabels, compareLabels, compareBuffers, afterForward, 6, 1, BATCH, 300,
     900},
    {"metrics", "one", means, 0, meansBuffers, afterCompare, 5, 1, 1, 40, 140},
    {"dense.update", "pixels", update, update, updateBuffers, afterForward, 8, 1, PIXELS + 1,
     250000, 60000}};

static const IngotMetric metrics[] = {{"loss", LOSS}, {"accuracy", ACCURACY}};

static const IngotEntry entries[] = {
    {"train_step", INGOT_TRAIN_STEP, 4, launches, metrics, 2, 0, {0}, 0, 0, 1},
    {"evaluate_step", INGOT_EVALUATE_STEP, 3, launches, metrics, 2, 0, {0}, 0, 2, 3},
    {"predict_step", INGOT_PREDICT_STEP, 1, launches, 0, 0, 1, {CLASSES}, OUTPUT, 2, -1}};

static const IngotParameter parameters[] = {{"dense/kernel",
                                             INGOT_TRAINABLE,
                                             2,
                                             {PIXELS, CLASSES},
                                             0,
                                             KERNEL,
                                             PIXELS * CLASSES * 4,
                                             INGOT_INIT_UNIFORM,
                                             0,
                                             -0.05,
                                             0.05,
                                             1},
                                            {"dense/bias",
                                             INGOT_TRAINABLE,
                                             1,
                                             {CLASSES},
                                             0,
                                             BIAS,
                                             CLASSES * 4,
                                             INGOT_INIT_ZEROS,
                                             0,
                                             0,
                                             0,
                                             2}};

static const IngotLayer layers[] = {{"flatten", "Flatten", "(None, 784)", 0, 0, 1, ""},
                                    {"dense", "Dense", "(None, 10)", 7850, 0, 1, ""}};

static const IngotArray arrays[] = {
    {"fashion_mnist", "images", INGOT_SPLIT_TRAIN, INGOT_U8, 2, 0, {28, 28}, ingot_read_idx, 0},
    {"fashion_mnist", "labels", INGOT_SPLIT_TRAIN, INGOT_I32, 0, CLASSES, {0}, ingot_read_idx, 0},
    {"fashion_mnist", "images", INGOT_SPLIT_TEST, INGOT_U8, 2, 0, {28, 28}, ingot_read_idx, 0},
    {"fashion_mnist", "labels", INGOT_SPLIT_TEST, INGOT_I32, 0, CLASSES, {0}, ingot_read_idx, 0}};

static const IngotFit fits[] = {{0, 1, 2, BATCH, BATCH, 1, 1, 0}};
static const IngotEvaluation evaluations[] = {{1, 1, BATCH}};

#define OPERANDS(...)                                                                              \
  (const uint32_t[]) { __VA_ARGS__ }
#define COUNTED(...) sizeof((uint32_t[]){__VA_ARGS__}) / 4, OPERANDS(__VA_ARGS__)

static const IngotInstruction script[] = {
    {INGOT_STR, 0, 0, 0, 0, " ", 1, 0},
    {INGOT_STR, 0, 0, 0, 0, "\n", 1, 0},
    {INGOT_SAMPLE_COUNT, 0, 0, 0, 0, 0, 1, 0},
    {INGOT_INT, 0, 0, 28, 0, 0, 1, 0},
    {INGOT_TUPLE, COUNTED(2, 3, 3), 0, 0, 0, 1, 0},
    {INGOT_STR, 0, 0, 0, 0, "x_train.shape:", 1, 0},
    {INGOT_PRINT, COUNTED(0, 1, 5, 4), 0, 0, 0, 1, 0}, /* print("x_train.shape:", x_train.shape) */
    {INGOT_SUMMARY, 0, 0, 0, 0, 0, 2, 0},
    {INGOT_FIT, 0, 0, 0, 0, 0, 3, 0}, /* 8: a History */
    {INGOT_HISTORY, COUNTED(8), 0, 0, 0, 4, 0},
    {INGOT_STR, 0, 0, 0, 0, "val_accuracy", 4, 0},
    {INGOT_SUBSCRIPT, COUNTED(9, 10), 0, 0, 0, 4, 0}, /* 11: history.history["val_accuracy"] */
    {INGOT_CALL, COUNTED(11), 0, 0, "len", 4, 0},
    {INGOT_PRINT, COUNTED(0, 1, 12), 0, 0, 0, 4, 0},
    {INGOT_SUMMARY, 0, 0, 0, 0, 0, 5, 0},
    {INGOT_EVALUATE, 0, 0, 0, 0, 0, 6, 0}, /* 15: [loss, accuracy] */
    {INGOT_INT, 0, 0, 1, 0, 0, 6, 0},
    {INGOT_SUBSCRIPT, COUNTED(15, 16), 0, 0, 0, 6, 0},
    {INGOT_FORMAT, COUNTED(17), 0, 0, ":.2%", 7, 0},
    {INGOT_STR, 0, 0, 0, 0, "test accuracy ", 7, 0},
    {INGOT_JOIN, COUNTED(19, 18), 0, 0, 0, 7, 0},
    {INGOT_PRINT, COUNTED(0, 1, 20), 0, 0, 0, 7, 0}, /* print(f"test accuracy {score[1]:.2%}") */
    {INGOT_SUBSCRIPT, COUNTED(15, 3), 0, 0, 0, 8, 0} /* score[28]: an IndexError */
};

#ifdef TOY_FEATURES
#define FEATURES TOY_FEATURES
#else
#define FEATURES "+sse4.2,+popcnt"
#endif

const IngotProgram ingot_program = {
    .abi_version = INGOT_ABI_VERSION,
    .batch = BATCH,
    .name = "toy",
    .spec = "toy.py",
    .spec_digest = "0123456789abcdef",
    .compiler = "by hand",
    .target_cpu = "x86-64-v2",
    .target_features = FEATURES,
    .schedule_hash = "fedcba9876543210",
    .model_name = "sequential",
    .arena_bytes = ARENA,
    .state_bytes = STATE,
    .learning_rate = 0.1,
    .parameters = parameters,
    .layers = layers,
    .arrays = arrays,
    .entries = entries,
    .fits = fits,
    .evaluations = evaluations,
    .script = script,
    .parameter_count = 2,
    .layer_count = 2,
    .array_count = 4,
    .entry_count = 3,
    .fit_count = 1,
    .evaluation_count = 1,
    .script_count = sizeof script / sizeof script[0],
};
