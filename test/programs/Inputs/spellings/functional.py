import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Conv2D, Dense, Flatten, Input
from tensorflow.keras.models import Model

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
x_train = np.expand_dims(x_train, -1)
x_test = np.expand_dims(x_test, -1)

i = Input(shape=x_train[0].shape)
x = Conv2D(6, (3, 3), strides=2, activation="relu")(i)
x = Conv2D(10, (3, 3), strides=2, padding="same", activation="relu")(x)
x = Flatten()(x)
x = Dense(24, activation="relu")(x)
x = Dense(12, activation="relu")(x)
x = Dense(10, activation="softmax")(x)
model = Model(i, x)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=2)
