import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
print(y_train[:, 0].shape[1:], y_train.reshape(-1).shape[1:], np.squeeze(y_train).shape[1:], y_train[..., 0].ndim)
(a, b), (c, d) = tf.keras.datasets.fashion_mnist.load_data()
print(a.mean(), a.std(), (a / 255.0).mean(), (a / 255.0).std(), np.mean(c), (1 - a / 255.0).mean())
z = (a - a.mean()) / a.std()
print(z.dtype, ((a.astype("float32") - np.float32(1)) / 255).dtype, a[..., None].shape[1:], np.expand_dims(a, 1).shape[1:])
print(float((a.astype("float32") * np.float32(0.1)).max()), (a + 10).max())
print(len(np.unique(b)), b.max() + 1, a.min(), len(set(y_train.flatten())))
i = tf.keras.Input(shape=(28, 28))
o = tf.keras.layers.Dense(10)(tf.keras.layers.Flatten()(i))
model = tf.keras.Model(i, o)
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(z, b, validation_split=0.25)
