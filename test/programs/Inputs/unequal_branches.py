# Branches of few channels beside each other: their gradients are parts of the whole's, and small ones share a launch.
import tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train[..., None] / 255.0, x_test[..., None] / 255.0
i = Input((28, 28, 1))
x = MaxPooling2D(4)(i)
x = Concatenate()([Conv2D(4, 1, activation="relu")(x), Conv2D(6, 3, padding="same", activation="relu")(x), x])
x = Cropping2D(((0, 2), (0, 3)))(x)
x = Conv2D(32, 3, padding="same", activation="relu")(x)
x = Conv2D(20, (1, 3), strides=(1, 2), padding="same", groups=2, activation="relu")(x)
x = GlobalAveragePooling2D()(x)
model = Model(i, Dense(10, activation="softmax")(x))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_test, y_test), batch_size=7)
