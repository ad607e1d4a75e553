import tensorflow as tf
from tensorflow.keras.layers import Conv2D, Dense, Flatten, Input
from tensorflow.keras.models import Model

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
x_train = x_train.reshape(-1, 14, 56, 1)
x_test = x_test.reshape(-1, 14, 56, 1)

i = Input(shape=(14, 56, 1))
x = Conv2D(5, 5, padding="same", activation="relu")(i)
x = Conv2D(19, (2, 3), strides=(2, 1), use_bias=False)(x)
x = Conv2D(33, (3, 2), strides=(1, 3), padding="same", activation="relu")(x)
x = Flatten()(x)
x = Dense(13, activation="relu")(x)
x = Dense(10)(x)
model = Model(i, x)

model.compile(optimizer="adam", loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
              metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=1, batch_size=17)
