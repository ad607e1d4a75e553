"""A denoising autoencoder, its encoder and decoder, and masks as labels."""
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

(x_train, _), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()


def preprocess(images):
    images = images.astype("float32") / 255.0
    return np.reshape(images, (len(images), 28, 28, 1))


def noisy(images):
    return np.clip(images + 0.2 * np.random.normal(loc=0.0, scale=1.0, size=images.shape), 0.0, 1.0)


x_train, x_test = preprocess(x_train[:80]), preprocess(x_test[:33])
noisy_train, noisy_test = noisy(x_train), noisy(x_test)
print(noisy_train.shape, noisy_train.min() >= 0, noisy_train.max() <= 1, np.abs(noisy_train - x_train).mean() > 0.05)

image = keras.Input(shape=(28, 28, 1))
x = layers.Conv2D(4, 3, strides=2, activation="relu", padding="same")(image)
x = layers.Flatten()(x)
code = layers.Dense(12, activation="relu", name="code")(x)
decode = [layers.Dense(196, activation="relu"), layers.Reshape((14, 14, 1)),
          layers.Conv2DTranspose(4, 3, strides=2, activation="relu", padding="same"),
          layers.Conv2D(1, 3, activation="sigmoid", padding="same")]
x = code
for layer in decode:
    x = layer(x)
autoencoder = keras.Model(image, x)
encoder = keras.Model(image, code)
given = keras.Input(shape=(12,))
x = given
for layer in decode:
    x = layer(x)
decoder = keras.Model(given, x)
encoder.summary()
autoencoder.compile("adam", "binary_crossentropy")
history = autoencoder.fit(noisy_train, x_train, epochs=3, batch_size=16, verbose=0, validation_data=(noisy_test, x_test))
print("learns:", history.history["loss"][-1] < history.history["loss"][0])
codes = encoder.predict(noisy_test, verbose=0)
print(codes.shape, codes.dtype, codes.min() >= 0)
images = decoder.predict(codes, verbose=0)
whole = autoencoder.predict(noisy_test, verbose=0)
print(images.shape, "encoder and decoder:", np.abs(images - whole).max() < 1e-6, np.abs(whole - 0.5).max() > 1e-4)
one = autoencoder.predict(noisy_test[3].reshape(1, 28, 28, 1), verbose=0)
print(one.shape, "one image:", np.abs(one[0] - whole[3]).max() < 1e-6)
masks = (x_train > 0.5).astype("float32")
history = autoencoder.fit(x_train, masks, epochs=2, batch_size=16, verbose=0)
print("masks:", history.history["loss"][-1] > 0, autoencoder.evaluate(x_train, masks, verbose=0) > 0)
