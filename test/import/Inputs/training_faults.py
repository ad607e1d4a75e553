from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Dense, Flatten, Input
from tensorflow.keras.utils import to_categorical

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train[..., None] / 255.0, x_test[..., None] / 255.0

keras.optimizers.Adam(learning_rate=-1)
keras.optimizers.SGD(0.1, momentum=2)
keras.optimizers.SGD(0.1, clipnorm=1.0, clipvalue=0.5)
keras.optimizers.RMSprop(rho=1.0)
keras.optimizers.Adam(use_ema=True)
keras.optimizers.Adam("fast")
keras.optimizers.Ftrl()
keras.optimizers.schedules.CosineDecay(0.1, 0)
keras.optimizers.schedules.PiecewiseConstantDecay([1, 2], [1.0])
keras.optimizers.schedules.PiecewiseConstantDecay([2, 1], [1.0, 0.5, 0.1])
keras.regularizers.L2(-0.1)
keras.losses.CategoricalCrossentropy(label_smoothing=2)
keras.losses.MeanSquaredError(reduction="sum")
keras.metrics.Precision()
to_categorical(y_train, 5)
to_categorical(x_train)
y_hot = to_categorical(y_train)
y_hot @ 0.9

Dense(3, kernel_regularizer="l3")
Conv2D(3, 3, activity_regularizer="l2")


def model(units=10):
    m = keras.Sequential([Input(shape=(28, 28, 1)), Flatten(), Dense(units, activation="softmax")])
    return m


m = model()
m.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
m.fit(x_train, y_train)
m = model()
m.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
m.fit(x_train, y_hot)
m = model(12)
m.compile("adam", "categorical_crossentropy")
m.fit(x_train, y_hot)
m = model()
m.compile("adam", "mse")
m.fit(x_train, y_train)
m.fit(x_train, x_train)
m = model()
m.compile("adam", "hinge")
m.fit(x_train, x_train)
m = model()
m.compile("adam", "sparse_categorical_crossentropy", metrics=["categorical_accuracy"])
m.fit(x_train, y_train)
m = model()
m.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"])
m = model()
m.compile("adam", "msee")
m = model()
m.compile("adam", "mse", metrics=["AUC"])
m = model()
m.compile("adam", "mse", metrics=["acuracy"])
m = model()
m.compile("adam", "sparse_categorical_crossentropy")
m.fit(x_train, y_train, class_weight=[1.0, 2.0])
m.fit(x_train, y_train, class_weight={10: 2.0})
m.fit(x_train, y_train, class_weight={1: -2.0})
m.fit(x_train, y_train, sample_weight=y_train)
