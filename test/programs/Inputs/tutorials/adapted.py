"""Normalization adapted to the data, augmentation as layers, depthwise separable convolutions, a residual."""
import tensorflow as tf
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train.reshape(-1, 28, 28, 1), x_test.reshape(-1, 28, 28, 1)
normalizer = layers.Normalization()
normalizer.adapt(x_train)
augmentation = tf.keras.Sequential(
    [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.1),
        layers.RandomTranslation(0.1, 0.1),
        layers.RandomContrast(0.1),
        layers.RandomBrightness(0.1),
    ],
    name="augmentation",
)
inputs = tf.keras.Input(shape=(28, 28, 1))
x = layers.Resizing(24, 24)(layers.CenterCrop(26, 26)(augmentation(inputs)))
x = normalizer(x)
residual = x
x = layers.SeparableConv2D(8, 3, padding="same", use_bias=False)(x)
x = layers.GroupNormalization(4)(x)
x = layers.Activation("relu")(x)
x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
x = layers.add([x, layers.Conv2D(8, 1, strides=2, padding="same", use_bias=False)(residual)])
x = layers.GlobalAveragePooling2D()(x)
x = layers.AlphaDropout(0.2)(x)
model = tf.keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
model.compile(loss="sparse_categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=1, batch_size=16, validation_data=(x_test, y_test))
p = model.predict(x_test, verbose=0)
print(abs(p.sum(axis=1) - 1).max() < 1e-5)
