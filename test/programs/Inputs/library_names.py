import tensorflow as tf
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Model
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
i = Input(shape=x_train[0].shape)
x = Flatten(name="main")(i)
x = Dense(16, activation="relu", name="malloc")(x)
x = Dense(16, activation="relu", name="expf")(x)
x = Dense(16, activation="relu", name="read")(x)
x = Dense(10, activation="softmax", name="a/b c")(x)
model = Model(i, x)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=1)
