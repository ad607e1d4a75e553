# Calls on arrays that cannot be, models that cannot predict, and what changes behind a fit.
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
augment = keras.Sequential([layers.Input((28, 28, 1)), layers.RandomFlip("horizontal")])
augment(x_train[:3, ..., np.newaxis])
model = keras.Sequential([layers.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
model(x_test[:5], training=True)
model(x_test[0])
model.predict("images")
model.predict(np.zeros((3, 28, 27)))
keras.losses.Huber()(y_test, y_test)
tf.nn.elu(x_test[0])
other = keras.Sequential([layers.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
other.compile("adam", "mse", metrics=[keras.metrics.Recall()])
other.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x_train, y_train, validation_freq=2)
model.fit(x_train, y_train)
model.layers[-1].trainable = False
model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.optimizer.learning_rate = 0.1
class Stop(keras.callbacks.Callback):
    pass
data = tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(10).batch(8)
model.fit(data.take(3))
for images, labels in data:
    print(images.shape)
model.fit(x_train + np.zeros((28, 28)), x_train * 2)
model.fit(np.concatenate([x_train, x_test]).reshape(-1, 14, 56), y_train)
keras.Model(keras.Input((28, 28)), model(x_test))
