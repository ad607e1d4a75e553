import tensorflow as tf
from tensorflow.keras.layers import (BatchNormalization, Conv2D, Dense, Dropout, Flatten, GaussianNoise, Input,
                                     SpatialDropout2D)
from tensorflow.keras.models import Model

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

i = Input(shape=(28, 28, 1))
x = GaussianNoise(0.05)(i)
x = Conv2D(16, 3, strides=2, activation="relu")(x)
x = BatchNormalization()(x)
x = SpatialDropout2D(0.1)(x)
x = Conv2D(16, 3, strides=2)(x)
x = BatchNormalization(scale=False)(x)
x = Flatten()(x)
x = Dropout(0.3)(x)
x = Dense(64, activation="relu")(x)
x = Dropout(0.2)(x)
x = Dense(10, activation="softmax")(x)

model = Model(i, x)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train.reshape(-1, 28, 28, 1), y_train, validation_data=(x_test.reshape(-1, 28, 28, 1), y_test), epochs=2)
