import keras
import math
import numpy as np
import tensorflow as tf
import keras.layers as L
from tensorflow.keras import layers

(train_images, train_labels), (test_images, test_labels) = tf.keras.datasets.mnist.load_data()
train_images = train_images.reshape((60000, 14, 56, 1)).astype("float32") / 255
test_images = test_images.reshape(-1, 14, 56, 1).astype(np.float32) / 255

def block(x, *, filters, kernel=(3, 3), **rest):
    return layers.Conv2D(filters, kernel, **rest)(x)

inputs = keras.Input(shape=train_images.shape[1:], name="image")
x = inputs
for index, filters in enumerate([4, 2 ** 3]):
    x = block(x, filters=filters, strides=2, padding="SAME", activation=tf.nn.relu)
x = L.Flatten(name="flat")(x)
for layer in [L.Dense(units, activation="relu") for units in (32, 16) if units > 8]:
    x = layer(x)
model = tf.keras.Model(inputs=inputs, outputs=layers.Dense(len(set(train_labels)))(x), name="net")
model.compile(keras.optimizers.Adam(1e-2), tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["acc"])
model.summary()
history = model.fit(train_images, train_labels, batch_size=64, epochs=2, verbose=2, shuffle=False)
loss, acc = model.evaluate(test_images, test_labels, verbose=0)
print(f"accuracy {acc:.4f}", "best", max(history.history["acc"]), 7 // 2, 1e16, [1.5, "a"], (1,))
if __name__ == "__main__":
    print("%d steps" % math.ceil(60000 / 64), x.shape)
