import tensorflow as tf
from tensorflow.keras.layers import AveragePooling2D, Conv2D, Dense, DepthwiseConv2D, Flatten, Input, MaxPooling2D
from tensorflow.keras.models import Model

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train.reshape((-1, 28, 28, 1)), x_test.reshape((-1, 28, 28, 1))

i = Input(shape=(28, 28, 1))
x = Conv2D(32, 3, padding="same", activation="relu")(i)
x = MaxPooling2D()(x)
x = DepthwiseConv2D(3, padding="same", activation="relu")(x)
x = AveragePooling2D(2)(x)
x = Flatten()(x)
x = Dense(10, activation="softmax")(x)
model = Model(i, x)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, validation_data=(x_test, y_test))
