"""The model of branched/, on the inputs beside it."""
import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import Activation, Add, BatchNormalization, Conv2D, Dense, GlobalAveragePooling2D, Input

x, y = np.load("x.npy"), np.load("y.npy")
i = Input(shape=(10, 10, 3))
a = Conv2D(6, 3, padding="same", use_bias=False)(i)
a = BatchNormalization()(a)
a = Activation("relu")(a)
b = Conv2D(6, 1, kernel_regularizer=keras.regularizers.L2(0.001))(i)
a = Add()([a, b])
a = GlobalAveragePooling2D()(a)
a = Dense(4, activation="softmax", name="classes")(a)
model = keras.Model(i, a, name="branched")
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.load_weights("model.keras")
print("loss %.6f" % model.evaluate(x, y, verbose=0)[0])
