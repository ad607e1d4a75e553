"""The model of sequential/, on the inputs beside it."""
import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D

x, y = np.load("x.npy"), np.load("y.npy")
model = keras.Sequential([
    Input(shape=(12, 12, 1)), Conv2D(6, (3, 3), strides=2, activation="relu"), BatchNormalization(),
    MaxPooling2D(2), Dropout(0.3), Flatten(), Dense(8, activation="relu"), Dense(4, activation="softmax")], name="sequential")
model.compile(optimizer=keras.optimizers.SGD(0.01, momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.load_weights("model.h5")
print("loss %.6f" % model.evaluate(x, y, verbose=0)[0])
