"""Parts of arrays, by every spelling. The data set has 90 + 64 images."""
import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Model

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
x_val, y_val = x_train[-20:], y_train[-20:]
x_part, y_part = x_train[:-20], y_train[:-20]
n = int(len(x_part) * 0.5)
x_half, y_half = x_part[:n:2], y_part[:n:2]
print(x_val.shape, x_part.shape, len(y_half), x_half.shape[0], x_train[1000:].shape, x_train[::-1][5:].shape)
i = Input(shape=x_train[0].shape)
x = Flatten()(i)
x = Dense(10, activation="softmax")(x)
model = Model(i, x)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
r = model.fit(x_half, y_half, validation_data=(x_val, y_val), epochs=2, batch_size=8)
print(model.evaluate(x_test[10:20], y_test[10:20], verbose=0)[1] <= 1)
