import keras
from keras.layers import *

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = x_train[..., None] / 255.0
i = Input((28, 28, 1))
x = Conv2D(1, 3, padding="same", activation="relu")(i)
x = x + i
dense = Dense(10)
x = Concatenate()([dense(Flatten()(x)), dense(Flatten()(i))])
model = keras.Model(i, Dense(10)(x))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x_train, y_train)
