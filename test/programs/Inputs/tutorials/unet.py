"""A U-Net that learns its input, with skip connections and both ways of making images larger."""
import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model

(x_train, _), (x_test, _) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train.astype("float32") / 255.0, x_test.astype("float32") / 255.0
x_train = np.reshape(x_train, (len(x_train), 28, 28, 1))
x_test = np.reshape(x_test, (len(x_test), 28, 28, 1))


def double_conv(x, n):
    for _ in range(2):
        x = Conv2D(n, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    return x


def unet(shape, base=4):
    i = Input(shape)
    c1 = double_conv(i, base)
    c2 = double_conv(MaxPooling2D()(c1), base * 2)
    b = double_conv(MaxPooling2D()(c2), base * 4)
    u2 = Concatenate()([Conv2DTranspose(base * 2, 2, strides=2, padding="same")(b), c2])
    u1 = concatenate([UpSampling2D(2, interpolation="bilinear")(double_conv(u2, base * 2)), c1], axis=3)
    o = Conv2D(1, 1, activation="sigmoid")(double_conv(u1, base))
    return Model(inputs=[i], outputs=[o])


model = unet((28, 28, 1))
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
h = model.fit(x_train, x_train, epochs=3, batch_size=8, verbose=0, validation_data=(x_test, x_test))
print("learns:", h.history["loss"][-1] < h.history["loss"][0])
