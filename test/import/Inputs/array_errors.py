import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
x_train[:10] /= 2.0
np.mean(x_train, weights=None)
len(set(y_train.flatten()[:5]))
x_train[1:2:0]
x_train[:len(x_train) / 2]
tf.data.Dataset.from_tensor_slices(x_train)
few = x_train[np.argsort(y_train.flatten())[:3]]
tf.keras.layers.Normalization().adapt(y_train)
few -= 2
len(set(y_train[np.array([1, 2])].flatten()))
