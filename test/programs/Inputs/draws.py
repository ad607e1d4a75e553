import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

(x, y), _ = keras.datasets.fashion_mnist.load_data()
print("noise", np.random.normal(size=(3,)))
order = np.random.permutation(len(x))
model = keras.Sequential([
    keras.Input((28, 28)),
    layers.Rescaling(1 / 255),
    layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[order[:70]], y[order[:70]], epochs=2, verbose=0)
loss, accuracy = model.evaluate(x[order[70:]], y[order[70:]], verbose=0)
print("loss", loss)
