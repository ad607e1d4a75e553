"""The same network, its layers from tuples in loops."""
import keras
from keras import layers as L
import numpy as np

BATCH, EPOCHS = 2 ** 5, 2
dataset = keras.datasets.fashion_mnist


def prepare(images):
    return images[..., np.newaxis] / 255.0


(x_train, y_train), (x_test, y_test) = dataset.load_data()
x_train, x_test = prepare(x_train), prepare(x_test)

model = keras.models.Sequential()
model.add(keras.Input(shape=x_train.shape[1:]))
for filters, padding in [(6, "valid"), (10, "same")]:
    model.add(L.Conv2D(filters, 3, strides=2, padding=padding, activation="relu"))
model.add(L.Flatten())
for units in (24, 24 // 2):
    model.add(L.Dense(units, activation="relu"))
model.add(L.Dense(len(np.unique(y_train)), activation="softmax"))
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3),
              loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
model.fit(x_train, y_train, BATCH, EPOCHS, validation_data=(x_test, y_test))
