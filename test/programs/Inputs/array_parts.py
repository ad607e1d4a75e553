"""What a part of a data set's array is like, which is not what the whole is like; all below the line runs under NumPy."""
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
model = tf.keras.Sequential([tf.keras.layers.Input(shape=(28, 28)), tf.keras.layers.Flatten(),
                             tf.keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, verbose=0)
# ---- compared ----
few = np.arange(3) * 7 + 2
columns = y_train.reshape(-1, 1)
print(np.max(y_train[:4]), np.min(y_train[1:3]), np.max(x_train[3:5]), y_train[:4].max(), np.max(x_train[0]))
print(np.max(y_train[few]), np.min(x_train[few]), np.amax(x_train[:2], axis=None))
print(np.unique(columns[few]), len(set(columns[few].flatten().tolist())))
print((x_train[:3] + 10).max(), (x_train + 10).min())
scaled = x_train.astype("float32")
part = scaled[few]
part = part / 255
print(scaled[0].max(), part.max())
# Functions under other names, on values that are known.
from numpy import mean as average_of, squeeze as without_ones, copy as another
print(average_of([1, 2, 4]), without_ones([[3], [5]]), another([1, 2]), np.copy(few) + 1, *[f([3, 5]) for f in (np.max, np.std)])
