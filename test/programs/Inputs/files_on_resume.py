import os

from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), _ = keras.datasets.fashion_mnist.load_data()
model = keras.Sequential([
    keras.Input((28, 28)),
    layers.Rescaling(1 / 255),
    layers.Flatten(),
    layers.Dense(16, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

os.makedirs("out")
if os.path.exists("out/first.weights.h5"):
    print("again")
    model.fit(x_train, y_train, epochs=1, verbose=0)
else:
    print("first")
    model.save_weights("out/first.weights.h5")
history = model.fit(x_train, y_train, batch_size=8, epochs=400, verbose=0)
print(os.path.isfile("out/first.weights.h5"), history.history["loss"][-1])
