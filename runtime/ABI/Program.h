/* What an object file made by ingotc tells the runtime: the only header that compiler and runtime
 * share.
 *
 * The object file defines one symbol, `ingot_program`. All of it is constant data; everything that
 * runs is an entry of a launch table. Any change of a struct here increments INGOT_ABI_VERSION; the
 * runtime refuses an object of another version. All integers are little-endian, all pointers are
 * relocations of the object.
 */
#ifndef INGOT_RUNTIME_ABI_PROGRAM_H
#define INGOT_RUNTIME_ABI_PROGRAM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define INGOT_ABI_VERSION 4u
#define INGOT_MAX_RANK 8

/* A kernel computes the units [begin, end) of its launch's grid. Units are independent: any
 * partition of [0, grid) into ranges gives the same bits. `buffers[i]` is the address of the
 * launch's i-th buffer. A kernel allocates nothing (a reference kernel may) and keeps nothing
 * between calls. */
typedef void (*IngotKernel)(void *const *buffers, int64_t begin, int64_t end);

/* All that changes from step to step. Kernels read its fields from memory as buffers of space
 * INGOT_SPACE_STEP_STATE, whose offset is the field's offset in this struct. */
typedef struct IngotStepState {
  int64_t valid_count; /* rows of this batch that hold samples: 1 .. IngotProgram.batch */
  int64_t step;        /* optimizer updates including this one, from 1 */
  int64_t epoch;       /* from 0 */
  uint64_t seed;       /* of the run */
  float learning_rate; /* of this step, after schedules and callbacks */
  float reserved[7];
} IngotStepState;

typedef enum IngotSpace {
  INGOT_SPACE_ARENA = 0,      /* offset: bytes from the arena's start */
  INGOT_SPACE_STEP_STATE = 1, /* offset: bytes from the start of IngotStepState */
  INGOT_SPACE_SAMPLES = 2, /* base: the run's sample array number `offset`: 0 images, 1 labels; the
                              array is [samples][sample shape] in the element type of IngotArray */
  INGOT_SPACE_ORDER = 3    /* base: int32[batch], the sample index of each row of this batch; rows
                              beyond    valid_count hold 0 */
} IngotSpace;

typedef struct IngotBuffer {
  uint32_t space;  /* IngotSpace */
  uint32_t access; /* 1 read, 2 written, 3 both */
  uint64_t offset;
  uint64_t bytes;     /* 0 for samples */
  uint64_t row_bytes; /* bytes of one batch row; 0 where the first dimension is not the batch */
} IngotBuffer;

typedef struct IngotLaunch {
  const char *name; /* layer and what it does: "conv2d_1.grad_filter"; also the kernel's symbol */
  const char *schedule; /* as --explain prints it */
  IngotKernel kernel;
  IngotKernel
      reference; /* the naive lowering of the same region; NULL unless compiled --with-reference */
  const IngotBuffer *buffers;
  const uint32_t
      *after; /* indices of earlier launches of this entry that must be complete before this one */
  uint32_t buffer_count;
  uint32_t after_count;
  int64_t grid;   /* number of units */
  uint64_t flops; /* of a full batch, multiply and add counted as two */
  uint64_t bytes; /* read and written, of a full batch */
} IngotLaunch;

/* A scalar float result of a step: a mean over the valid rows. */
typedef struct IngotMetric {
  const char *name; /* "loss", "accuracy" */
  uint64_t offset;  /* arena offset of one float */
} IngotMetric;

typedef enum IngotEntryKind {
  INGOT_TRAIN_STEP = 0,
  INGOT_EVALUATE_STEP = 1,
  INGOT_PREDICT_STEP = 2
} IngotEntryKind;

/* A step function. It reads the samples that `order` names. */
typedef struct IngotEntry {
  const char *name; /* "train_step" */
  uint32_t kind;    /* IngotEntryKind */
  uint32_t launch_count;
  const IngotLaunch *launches;
  const IngotMetric *metrics; /* loss first */
  uint32_t metric_count;
  uint32_t output_rank; /* predict: of the output without its batch dimension */
  int64_t output_shape[INGOT_MAX_RANK];
  uint64_t output_offset; /* predict: arena offset of float[batch][output_shape] */
  int32_t images; /* index into IngotProgram.arrays of what samples array 0 must look like */
  int32_t labels; /* the same for samples array 1; -1 if the entry reads no labels */
} IngotEntry;

typedef enum IngotInitializer {
  INGOT_INIT_ZEROS = 0,
  INGOT_INIT_ONES = 1,
  INGOT_INIT_CONSTANT = 2,         /* a */
  INGOT_INIT_UNIFORM = 3,          /* a <= x < b */
  INGOT_INIT_NORMAL = 4,           /* mean a, standard deviation b */
  INGOT_INIT_TRUNCATED_NORMAL = 5, /* mean a, sigma b before truncation at two sigma */
  INGOT_INIT_ORTHOGONAL = 6,       /* gain a; on [product of all but the last axis, last] */
  INGOT_INIT_IDENTITY = 7          /* gain a */
} IngotInitializer;

typedef enum IngotParameterRole {
  INGOT_TRAINABLE = 0,
  INGOT_NON_TRAINABLE = 1, /* a weight that no gradient updates: moving averages */
  INGOT_SLOT = 2,          /* an optimizer's state */
  INGOT_VALUE = 3          /* no weight: a number of the data that INGOT_ASSIGN sets */
} IngotParameterRole;

/* A tensor that lives from step to step, at a fixed place of the arena. Logical elements are
 * row-major in Keras's shape. block = 0: stored so. block = b: the last dimension is split into
 * ceil(last / b) blocks, and stored [blocks][all other dimensions][b], lanes beyond the logical
 * shape zero. */
typedef struct IngotParameter {
  const char *name; /* "conv2d_1/kernel"; of a slot "conv2d_1/kernel/momentum" */
  uint32_t role;    /* IngotParameterRole */
  uint32_t rank;
  int64_t shape[INGOT_MAX_RANK];
  int64_t block;
  uint64_t offset; /* arena */
  uint64_t bytes;  /* with padding */
  uint32_t initializer;
  uint32_t reserved;
  double a, b;
  uint64_t stream; /* which random stream fills it: differs for every parameter of a program */
} IngotParameter;

typedef enum IngotElement {
  INGOT_U8 = 0,
  INGOT_I32 = 1,
  INGOT_I64 = 2,
  INGOT_F32 = 3,
  INGOT_F64 = 4
} IngotElement;

typedef enum IngotSplit { INGOT_SPLIT_TRAIN = 0, INGOT_SPLIT_TEST = 1 } IngotSplit;

/* Reads arrays of one source. The runtime defines one for each kind of source; a program names
 * those of its arrays, so that an executable holds no others. A request is the runtime's own
 * (runtime/Data/Reader.h). */
typedef struct IngotReadRequest IngotReadRequest;
typedef void (*IngotReader)(IngotReadRequest *request);
void ingot_read_idx(
    IngotReadRequest *request); /* MNIST and Fashion-MNIST: IDX files or mnist.npz */
void ingot_read_numpy(IngotReadRequest *request); /* .npy and .npz files */
void ingot_read_image_folder(
    IngotReadRequest *request); /* a folder of JPEG and PNG files for each class */
void ingot_read_cifar(IngotReadRequest *request); /* CIFAR-10 and CIFAR-100: binary files, pickles,
                                                     or archives of them */

/* An array of samples as a step reads it, before any preprocessing (which is in the step's
 * kernels). */
typedef struct IngotArray {
  const char
      *source; /* "fashion_mnist", "mnist", "cifar10", "cifar100", a path of np.load, a folder */
  const char *key;  /* "images", "labels"; a member of an .npz */
  uint32_t split;   /* IngotSplit */
  uint32_t element; /* IngotElement */
  uint32_t rank;    /* of one sample */
  uint32_t classes; /* of labels; 0 for images */
  int64_t shape[INGOT_MAX_RANK];
  IngotReader reader;  /* NULL where samples are given, not read: the operands of INGOT_ROWS */
  const char *options; /* what the reader needs to know besides: lines "name=value", or NULL */
} IngotArray;

/* A row of Keras's summary table. */
typedef struct IngotLayer {
  const char *name;
  const char *type;         /* Keras's class name */
  const char *output_shape; /* as Keras prints it: "(None, 13, 13, 32)" */
  uint64_t parameters;
  uint32_t is_input;
  uint32_t trainable;
  const char *connected_to; /* "conv2d[0][0], image[0][0]"; empty in all rows where the model is one
                               chain of layers */
} IngotLayer;

/* The script's actions, in order, as a list of instructions: instruction i defines value i, its
 * operands name earlier values. Values are those of Python and NumPy. Where the script branches on
 * values of the run, variables take their values from INGOT_SET; all else is in single-assignment
 * form. */
typedef enum IngotOpcode {
  INGOT_NONE = 0,
  INGOT_BOOL = 1,  /* integer */
  INGOT_INT = 2,   /* integer */
  INGOT_FLOAT = 3, /* number */
  INGOT_STR = 4,   /* text */
  INGOT_TUPLE = 5, /* operands */
  INGOT_LIST = 6,  /* operands */
  INGOT_SAMPLE_COUNT =
      7,           /* integer: index into arrays; how many samples that array has in this run */
  INGOT_PRINT = 8, /* operands: sep, end, values...; as Python's print */
  INGOT_FIT = 9,   /* integer: index into fits; a History */
  INGOT_EVALUATE =
      10, /* integer: index into evaluations; float (loss alone) or a list, loss first */
  INGOT_SUMMARY = 11,   /* model.summary() */
  INGOT_HISTORY = 12,   /* operands: a History; its dict: str -> list of float; text "epoch": the
                           list of its epochs; "params": how it was fitted */
  INGOT_SUBSCRIPT = 13, /* operands: container, index */
  INGOT_SLICE = 14,     /* operands: container, start, stop, step (None where absent) */
  INGOT_UNARY = 15,     /* text: "-", "+", "not", "~" */
  INGOT_BINARY =
      16, /* text: Python's operator, also comparisons: "+", "//", "**", "<=", "in", "is" */
  INGOT_CALL =
      17, /* text: a builtin function of Python ("len"), a library's by its full name ("numpy.mean",
             with all its parameters by position), or a method of the first operand (".argmax") */
  INGOT_FORMAT =
      18, /* operands: value; text: conversion ("", "s", "r", "a"), then ':' and the format spec */
  INGOT_JOIN = 19,    /* operands: strs, put one behind the other (an f-string) */
  INGOT_PREDICT = 20, /* integer: index into evaluations; operand, if any: an index of the samples
                         (a slice, rows, a mask), or the samples of an array without a reader;
                         float32 [samples][output shape] */
  INGOT_SAMPLES =
      21, /* integer: index into arrays; the samples as they were loaded, an array of NumPy */
  INGOT_VARIABLE = 22,     /* text: its name; has no value before the first INGOT_SET */
  INGOT_SET = 23,          /* operands: a variable, its new value */
  INGOT_LABEL = 24,        /* nothing: where jumps go */
  INGOT_JUMP = 25,         /* integer: the index of an INGOT_LABEL */
  INGOT_BRANCH = 26,       /* operand; integer: the label to go to if it is false */
  INGOT_APPEND = 27,       /* operands: a variable that holds a list, a value to put at its end */
  INGOT_SAVE_MODEL = 28,   /* operand: the file's name; .keras, .h5 or .hdf5 */
  INGOT_SAVE_WEIGHTS = 29, /* operand: the file's name; .weights.h5 */
  INGOT_LOAD_WEIGHTS = 30, /* operand: the file's name; any of these */
  /* What samples the fit or evaluation takes that is the next instruction. Operands: of x, y and,
     if it has validation data, of that x and y, a range, None for all, or the samples of an array
     without a reader; then steps_per_epoch, if it is given (x and y of validation None without
     any). */
  INGOT_ROWS = 32,
  INGOT_ASSIGN = 33 /* integer: index into parameters; operand: the numbers that it holds from here
                       on, as many as its elements */
} IngotOpcode;

typedef struct IngotInstruction {
  uint32_t opcode; /* IngotOpcode */
  uint32_t operand_count;
  const uint32_t *operands;
  int64_t integer;
  double number;
  const char *text;
  uint32_t line; /* of the script, for errors at run time */
  uint32_t reserved;
} IngotInstruction;

typedef enum IngotCallbackKind {
  INGOT_MODEL_CHECKPOINT = 0,
  INGOT_EARLY_STOPPING = 1,
  INGOT_REDUCE_LR_ON_PLATEAU = 2,
  INGOT_LEARNING_RATE_SCHEDULER = 3,
  INGOT_CSV_LOGGER = 4,
  INGOT_TERMINATE_ON_NAN = 5,
  INGOT_TENSOR_BOARD = 6,
  INGOT_HISTORY_CALLBACK = 7 /* the script's History object: where in the list logs are recorded */
} IngotCallbackKind;

typedef enum IngotCallbackFlags {
  INGOT_SAVE_BEST_ONLY = 1,
  INGOT_SAVE_WEIGHTS_ONLY = 2,
  INGOT_RESTORE_BEST_WEIGHTS = 4,
  INGOT_CSV_APPEND = 8,
  INGOT_RAISE_ERROR = 16
} IngotCallbackFlags;

/* A function of the script: instructions whose first values are its arguments. */
typedef struct IngotFunction {
  const IngotInstruction *instructions;
  uint32_t instruction_count;
  uint32_t argument_count;
  uint32_t result; /* which value it returns */
  uint32_t reserved;
} IngotFunction;

/* One of Keras's callbacks, an object of the script; arguments by Keras's names. */
typedef struct IngotCallback {
  uint32_t kind;  /* IngotCallbackKind */
  uint32_t flags; /* IngotCallbackFlags */
  uint32_t verbose;
  uint32_t higher_is_better; /* of the monitored metric */
  const char *monitor;       /* NULL if it has none, as the texts below */
  const char *path;          /* filepath, filename, log_dir */
  const char *separator;
  int64_t patience, cooldown, start_from_epoch;
  int64_t save_frequency; /* batches; 0: at the end of every epoch */
  double min_delta, factor, min_lr;
  double
      baseline; /* EarlyStopping's baseline, ModelCheckpoint's initial_value_threshold; NaN: none */
  const IngotFunction *function; /* LearningRateScheduler's; of (epoch) or (epoch, learning rate) */
} IngotCallback;

typedef struct IngotFit {
  int32_t train_entry;      /* index into entries */
  int32_t validation_entry; /* an evaluate entry, or -1 */
  int64_t epochs;
  int64_t batch;
  int64_t validation_batch;
  uint32_t shuffle;
  uint32_t verbose; /* 0, 1 or 2 */
  int64_t initial_epoch;
  const uint32_t *callbacks; /* indices into IngotProgram.callbacks, in the order of the calls */
  uint32_t callback_count;
  uint32_t reserved;
} IngotFit;

typedef struct IngotEvaluation {
  int32_t entry; /* an evaluate entry, or a predict entry */
  uint32_t verbose;
  int64_t batch;
} IngotEvaluation;

/* Writes and reads Keras's own files (.keras, .h5, .weights.h5). The runtime has one; a program
 * names it if it needs such files, so that other executables do not hold the HDF5 library. */
typedef struct IngotKerasFiles IngotKerasFiles;
extern const IngotKerasFiles ingot_keras_files;

typedef struct IngotKerasModel {
  const IngotKerasFiles *files;
  const char *config; /* what Keras's model.to_json() gives: layers, their configurations and
                         connections, and how it is compiled */
} IngotKerasModel;

typedef struct IngotProgram {
  uint32_t abi_version;
  uint32_t batch;              /* rows that the buffers hold; a run's batch size may be smaller */
  const char *name;            /* the spec's stem */
  const char *spec;            /* its path as given to ingotc */
  const char *spec_digest;     /* hex, of its bytes */
  const char *compiler;        /* "ingotc 0.1" */
  const char *target_cpu;      /* LLVM's name */
  const char *target_features; /* "+avx2,+avx512f,...": the run's CPU must have them */
  const char *schedule_hash;   /* hex, of every launch's schedule and layout */
  const char *model_name;      /* "functional" */
  uint64_t arena_bytes;        /* parameters first, then what the steps need */
  uint64_t state_bytes;        /* the part of the arena that parameters take */
  double learning_rate; /* of the spec; NaN where the steps compute it from a schedule, and read
                           none */
  const IngotParameter *parameters; /* weights in Keras's order, then slots */
  const IngotLayer *layers;
  const IngotArray *arrays;
  const IngotEntry *entries;
  const IngotFit *fits;
  const IngotEvaluation *evaluations;
  const IngotInstruction *script;
  const IngotCallback *callbacks;
  uint32_t parameter_count, layer_count, array_count, entry_count, fit_count, evaluation_count,
      script_count, callback_count;
  const IngotKerasModel *keras; /* NULL where Keras's files are not compiled in */
} IngotProgram;

extern const IngotProgram ingot_program;

#ifdef __cplusplus
}
#endif

#endif
