// Models, and the names of Keras that are known and not supported yet: using one says so, and a misspelt name
// is still compared with it.

#include "compiler/Import/Keras/Api.h"

#include <array>

namespace ingot::import {

namespace {
using enum ArgumentKind;
using Kind = ApiEntry::Kind;

constexpr Parameter modelParameters[] = {{"inputs"}, {"outputs"}, {"name", Name, nullptr}};
constexpr Parameter sequentialParameters[] = {
    {"layers", Any, nullptr}, {"trainable", Any, true, Support::OnlyDefault}, {"name", Name, nullptr}};

constexpr ApiEntry models[] = {
    {"Model", Kind::Model, "keras keras.models", true, modelParameters},
    {"Sequential", Kind::Sequential, "keras keras.models", true, sequentialParameters}};

#define INGOT_UNSUPPORTED(NAME, KIND, MODULES) ApiEntry{NAME, Kind::KIND, MODULES}
constexpr ApiEntry unsupported[] = {
#define INGOT_LAYER(NAME) INGOT_UNSUPPORTED(NAME, Layer, "keras.layers"),
    INGOT_LAYER("Conv1D") INGOT_LAYER("Conv3D") INGOT_LAYER("MaxPooling1D")
    INGOT_LAYER("GroupNormalization") INGOT_LAYER("Dot")
    INGOT_LAYER("Resizing") INGOT_LAYER("CenterCrop")
    INGOT_LAYER("RandomFlip") INGOT_LAYER("RandomRotation") INGOT_LAYER("RandomTranslation")
    INGOT_LAYER("RandomZoom") INGOT_LAYER("RandomContrast") INGOT_LAYER("RandomBrightness") INGOT_LAYER("RandomCrop")
    INGOT_LAYER("Embedding") INGOT_LAYER("LSTM") INGOT_LAYER("GRU") INGOT_LAYER("SimpleRNN")
    INGOT_LAYER("Bidirectional") INGOT_LAYER("TimeDistributed") INGOT_LAYER("Lambda")
    INGOT_LAYER("Masking") INGOT_LAYER("MultiHeadAttention") INGOT_LAYER("Layer")
#define INGOT_OPTIMIZER(NAME) INGOT_UNSUPPORTED(NAME, Optimizer, "keras.optimizers keras.optimizers.legacy"),
    INGOT_OPTIMIZER("Ftrl") INGOT_OPTIMIZER("Adafactor") INGOT_OPTIMIZER("Lamb") INGOT_OPTIMIZER("Muon")
#define INGOT_LOSS(NAME) INGOT_UNSUPPORTED(NAME, Loss, "keras.losses keras.metrics"),
    INGOT_LOSS("CategoricalFocalCrossentropy") INGOT_LOSS("categorical_focal_crossentropy")
    INGOT_LOSS("BinaryFocalCrossentropy") INGOT_LOSS("binary_focal_crossentropy") INGOT_LOSS("Tversky")
    INGOT_LOSS("Dice") INGOT_LOSS("dice") INGOT_LOSS("CTC") INGOT_LOSS("ctc") INGOT_LOSS("Loss")
#define INGOT_METRIC(NAME) INGOT_UNSUPPORTED(NAME, Metric, "keras.metrics"),
    INGOT_METRIC("Accuracy") INGOT_METRIC("Precision") INGOT_METRIC("Recall") INGOT_METRIC("AUC")
    INGOT_METRIC("F1Score") INGOT_METRIC("FBetaScore") INGOT_METRIC("MeanIoU") INGOT_METRIC("IoU")
    INGOT_METRIC("R2Score") INGOT_METRIC("RootMeanSquaredError") INGOT_METRIC("CosineSimilarity")
    INGOT_METRIC("TruePositives") INGOT_METRIC("FalsePositives") INGOT_METRIC("TrueNegatives")
    INGOT_METRIC("FalseNegatives") INGOT_METRIC("Mean") INGOT_METRIC("Sum") INGOT_METRIC("Metric")
#define INGOT_INITIALIZER(NAME) INGOT_UNSUPPORTED(NAME, Initializer, "keras.initializers"),
    INGOT_INITIALIZER("Orthogonal") INGOT_INITIALIZER("Identity") INGOT_INITIALIZER("VarianceScaling")
#define INGOT_ACTIVATION(NAME) INGOT_UNSUPPORTED(NAME, Activation, "keras.activations keras.ops"),
    INGOT_ACTIVATION("glu") INGOT_ACTIVATION("sparsemax")
#define INGOT_REGULARIZER(NAME) INGOT_UNSUPPORTED(NAME, Regularizer, "keras.regularizers"),
    INGOT_REGULARIZER("OrthogonalRegularizer") INGOT_REGULARIZER("orthogonal_regularizer")
#define INGOT_CALLBACK(NAME) INGOT_UNSUPPORTED(NAME, Callback, "keras.callbacks"),
    INGOT_CALLBACK("EarlyStopping") INGOT_CALLBACK("ModelCheckpoint") INGOT_CALLBACK("ReduceLROnPlateau")
    INGOT_CALLBACK("LearningRateScheduler") INGOT_CALLBACK("CSVLogger") INGOT_CALLBACK("TensorBoard")
    INGOT_CALLBACK("TerminateOnNaN") INGOT_CALLBACK("Callback") INGOT_CALLBACK("BackupAndRestore")
    INGOT_CALLBACK("LambdaCallback")
#define INGOT_OTHER(NAME, MODULE) INGOT_UNSUPPORTED(NAME, Other, MODULE),
    INGOT_OTHER("plot_model", "keras.utils")
    INGOT_OTHER("load_model", "keras.models") INGOT_OTHER("clone_model", "keras.models")
    INGOT_OTHER("LearningRateSchedule", "keras.optimizers.schedules")
    INGOT_OTHER("confusion_matrix", "sklearn.metrics") INGOT_OTHER("accuracy_score", "sklearn.metrics")
    INGOT_OTHER("classification_report", "sklearn.metrics") INGOT_OTHER("argmax", "numpy tensorflow")
    INGOT_OTHER("where", "numpy tensorflow")
    INGOT_OTHER("zeros", "numpy") INGOT_OTHER("ones", "numpy")
    INGOT_OTHER("arange", "numpy") INGOT_OTHER("concatenate", "numpy") INGOT_OTHER("sum", "numpy")
    INGOT_OTHER("linspace", "numpy") INGOT_OTHER("choice", "numpy.random random")
    INGOT_OTHER("randint", "numpy.random random") INGOT_OTHER("shuffle", "numpy.random random")
    INGOT_OTHER("permutation", "numpy.random") INGOT_OTHER("product", "itertools")
    INGOT_OTHER("join", "os.path") INGOT_OTHER("exists", "os.path") INGOT_OTHER("makedirs", "os")
    INGOT_OTHER("exit", "sys") INGOT_OTHER("argv", "sys") INGOT_OTHER("time", "time")
    INGOT_OTHER("constant", "tensorflow") INGOT_OTHER("GradientTape", "tensorflow")
    INGOT_OTHER("function", "tensorflow") INGOT_OTHER("Dataset", "tensorflow.data")
};
} // namespace

std::span<const ApiEntry> functionEntries() { return models; }
std::span<const ApiEntry> unsupportedEntries() { return unsupported; }

} // namespace ingot::import
