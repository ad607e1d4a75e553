import numpy as np
import tensorflow as tf
from tensorflow.keras import Model, Input
from tensorflow.keras.layers import Activation, Conv2D, Dense, Flatten, ReLU
from tensorflow.keras.optimizers import Adam

CONFIG = {"filters": [6, 10], "units": [24, 12]}


def block(x, filters, **options):
    x = Conv2D(filters, (3, 3), strides=(2, 2), **options)(x)
    return Activation("relu")(x)


def build(shape, classes):
    inputs = Input(shape)
    first, second = CONFIG["filters"]
    x = block(inputs, first)
    x = block(x, second, padding="same")
    x = Flatten()(x)
    for units in CONFIG["units"]:
        x = ReLU()(Dense(units)(x))
    outputs = Dense(classes)(x)
    return Model(inputs=inputs, outputs=Activation("softmax")(outputs))


def main():
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
    x_train, x_test = (np.expand_dims(x.astype("float32") / 255, axis=3) for x in (x_train, x_test))
    model = build((28, 28, 1), len(set(y_train)))
    model.compile(Adam(), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=2, validation_data=(x_test, y_test), verbose=2)


if __name__ == "__main__":
    main()
