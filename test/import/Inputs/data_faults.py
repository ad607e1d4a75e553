import tensorflow as tf
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Model, Sequential

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
i = Input(shape=(28, 28))
x = Flatten()(i)
lost = Dense(20)(x)
model = Model(i, Dense(9, activation="softmax")(x))
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
r = model.fit(x_train, y_train, batch_size=0)
r = model.fit(x_train, y_train, epochs=-1)
r = model.fit(x_train, y_train, validation_split=0.1)
r = model.fit(x_train, y_train)
model.fit_generator(x_train)
