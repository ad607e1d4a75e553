"""A schedule computes the learning rate: the optimizer has none to keep."""
from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
model = keras.Sequential([layers.Input((28, 28)), layers.Flatten(), layers.Dense(10, activation="softmax")])
model.compile(keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.05, 10, 0.9)), "sparse_categorical_crossentropy")
model.fit(x_train / 255.0, y_train, verbose=0)
model.summary()
