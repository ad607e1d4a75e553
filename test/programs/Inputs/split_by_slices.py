import tensorflow as tf
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Model

(x_train, y_train), _ = tf.keras.datasets.fashion_mnist.load_data()
x_train = x_train / 255.0
i = Input(shape=(28, 28))
x = Flatten()(i)
x = Dense(10, activation="softmax")(x)
model = Model(i, x)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train[:62], y_train[:62], validation_data=(x_train[62:], y_train[62:]), epochs=2, batch_size=8)
