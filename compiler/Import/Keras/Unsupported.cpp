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

constexpr Parameter generatorParameters[] = {
    {"featurewise_center", Any, false}, {"samplewise_center", Any, false},
    {"featurewise_std_normalization", Any, false}, {"samplewise_std_normalization", Any, false},
    {"zca_whitening", Any, false}, {"zca_epsilon", Any, 1e-6}, {"rotation_range", Any, 0},
    {"width_shift_range", Any, 0.0}, {"height_shift_range", Any, 0.0}, {"brightness_range", Any, nullptr},
    {"shear_range", Any, 0.0}, {"zoom_range", Any, 0.0}, {"channel_shift_range", Any, 0.0},
    {"fill_mode", Any, "nearest"}, {"cval", Any, 0.0}, {"horizontal_flip", Any, false},
    {"vertical_flip", Any, false}, {"rescale", Any, nullptr}, {"preprocessing_function", Any, nullptr},
    {"data_format", Any, nullptr}, {"validation_split", Any, 0.0}, {"interpolation_order", Any, 1},
    {"dtype", Any, nullptr}};

#define INGOT_UNSUPPORTED(NAME, KIND, MODULES) ApiEntry{NAME, Kind::KIND, MODULES}
constexpr ApiEntry unsupported[] = {
    {"ImageDataGenerator", Kind::Other, "keras.preprocessing.image", false, generatorParameters},
#define INGOT_LAYER(NAME) INGOT_UNSUPPORTED(NAME, Layer, "keras.layers"),
    INGOT_LAYER("Conv1D") INGOT_LAYER("Conv3D") INGOT_LAYER("MaxPooling1D") INGOT_LAYER("Reshape")
    INGOT_LAYER("Permute")
    INGOT_LAYER("LayerNormalization") INGOT_LAYER("GroupNormalization") INGOT_LAYER("LeakyReLU") INGOT_LAYER("PReLU")
    INGOT_LAYER("ELU") INGOT_LAYER("Add") INGOT_LAYER("Subtract") INGOT_LAYER("Multiply") INGOT_LAYER("Average")
    INGOT_LAYER("Maximum") INGOT_LAYER("Minimum") INGOT_LAYER("Concatenate") INGOT_LAYER("Dot") INGOT_LAYER("add")
    INGOT_LAYER("concatenate") INGOT_LAYER("ZeroPadding2D") INGOT_LAYER("Cropping2D") INGOT_LAYER("UpSampling2D")
    INGOT_LAYER("Rescaling") INGOT_LAYER("Resizing") INGOT_LAYER("Normalization") INGOT_LAYER("CenterCrop")
    INGOT_LAYER("RandomFlip") INGOT_LAYER("RandomRotation") INGOT_LAYER("RandomTranslation")
    INGOT_LAYER("RandomZoom") INGOT_LAYER("RandomContrast") INGOT_LAYER("RandomBrightness") INGOT_LAYER("RandomCrop")
    INGOT_LAYER("Embedding") INGOT_LAYER("LSTM") INGOT_LAYER("GRU") INGOT_LAYER("SimpleRNN")
    INGOT_LAYER("Bidirectional") INGOT_LAYER("TimeDistributed") INGOT_LAYER("Lambda") INGOT_LAYER("RepeatVector")
    INGOT_LAYER("Masking") INGOT_LAYER("MultiHeadAttention") INGOT_LAYER("Layer")
#define INGOT_OPTIMIZER(NAME) INGOT_UNSUPPORTED(NAME, Optimizer, "keras.optimizers keras.optimizers.legacy"),
    INGOT_OPTIMIZER("SGD") INGOT_OPTIMIZER("AdamW") INGOT_OPTIMIZER("RMSprop") INGOT_OPTIMIZER("Adagrad")
    INGOT_OPTIMIZER("Nadam") INGOT_OPTIMIZER("Adadelta") INGOT_OPTIMIZER("Adamax") INGOT_OPTIMIZER("Lion")
    INGOT_OPTIMIZER("Ftrl")
#define INGOT_LOSS(NAME) INGOT_UNSUPPORTED(NAME, Loss, "keras.losses keras.metrics"),
    INGOT_LOSS("CategoricalCrossentropy") INGOT_LOSS("categorical_crossentropy") INGOT_LOSS("BinaryCrossentropy")
    INGOT_LOSS("binary_crossentropy") INGOT_LOSS("MeanSquaredError") INGOT_LOSS("mean_squared_error")
    INGOT_LOSS("mse") INGOT_LOSS("MeanAbsoluteError") INGOT_LOSS("mean_absolute_error") INGOT_LOSS("mae")
    INGOT_LOSS("KLDivergence") INGOT_LOSS("kl_divergence") INGOT_LOSS("Huber") INGOT_LOSS("huber") INGOT_LOSS("Hinge")
    INGOT_LOSS("hinge") INGOT_LOSS("Poisson") INGOT_LOSS("poisson") INGOT_LOSS("LogCosh")
    INGOT_LOSS("CosineSimilarity")
#define INGOT_METRIC(NAME) INGOT_UNSUPPORTED(NAME, Metric, "keras.metrics"),
    INGOT_METRIC("Accuracy") INGOT_METRIC("CategoricalAccuracy") INGOT_METRIC("categorical_accuracy")
    INGOT_METRIC("BinaryAccuracy") INGOT_METRIC("TopKCategoricalAccuracy") INGOT_METRIC("Precision")
    INGOT_METRIC("SparseTopKCategoricalAccuracy") INGOT_METRIC("Recall") INGOT_METRIC("AUC") INGOT_METRIC("Mean")
#define INGOT_INITIALIZER(NAME) INGOT_UNSUPPORTED(NAME, Initializer, "keras.initializers"),
    INGOT_INITIALIZER("Orthogonal") INGOT_INITIALIZER("Identity") INGOT_INITIALIZER("VarianceScaling")
#define INGOT_ACTIVATION(NAME) INGOT_UNSUPPORTED(NAME, Activation, "keras.activations keras.ops"),
    INGOT_ACTIVATION("glu") INGOT_ACTIVATION("sparsemax")
#define INGOT_REGULARIZER(NAME) INGOT_UNSUPPORTED(NAME, Regularizer, "keras.regularizers"),
    INGOT_REGULARIZER("l1") INGOT_REGULARIZER("l2") INGOT_REGULARIZER("L1") INGOT_REGULARIZER("L2")
    INGOT_REGULARIZER("L1L2") INGOT_REGULARIZER("l1_l2")
#define INGOT_CALLBACK(NAME) INGOT_UNSUPPORTED(NAME, Callback, "keras.callbacks"),
    INGOT_CALLBACK("EarlyStopping") INGOT_CALLBACK("ModelCheckpoint") INGOT_CALLBACK("ReduceLROnPlateau")
    INGOT_CALLBACK("LearningRateScheduler") INGOT_CALLBACK("CSVLogger") INGOT_CALLBACK("TensorBoard")
    INGOT_CALLBACK("TerminateOnNaN") INGOT_CALLBACK("Callback") INGOT_CALLBACK("BackupAndRestore")
    INGOT_CALLBACK("LambdaCallback")
#define INGOT_OTHER(NAME, MODULE) INGOT_UNSUPPORTED(NAME, Other, MODULE),
    INGOT_OTHER("to_categorical", "keras.utils") INGOT_OTHER("plot_model", "keras.utils")
    INGOT_OTHER("image_dataset_from_directory", "keras.utils keras.preprocessing")
    INGOT_OTHER("load_model", "keras.models") INGOT_OTHER("clone_model", "keras.models")
    INGOT_OTHER("ExponentialDecay", "keras.optimizers.schedules")
    INGOT_OTHER("CosineDecay", "keras.optimizers.schedules")
    INGOT_OTHER("PiecewiseConstantDecay", "keras.optimizers.schedules")
    INGOT_OTHER("confusion_matrix", "sklearn.metrics") INGOT_OTHER("accuracy_score", "sklearn.metrics")
    INGOT_OTHER("classification_report", "sklearn.metrics") INGOT_OTHER("argmax", "numpy tensorflow")
    INGOT_OTHER("where", "numpy tensorflow") INGOT_OTHER("mean", "numpy") INGOT_OTHER("std", "numpy")
    INGOT_OTHER("load", "numpy") INGOT_OTHER("zeros", "numpy") INGOT_OTHER("ones", "numpy")
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
