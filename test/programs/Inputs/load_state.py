"""Trains, keeps its weights, trains further for each file of the list (load_state.test), takes the weights back, and trains."""
from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), _ = keras.datasets.fashion_mnist.load_data()
x_train = x_train / 255.0
model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dense(10, activation="softmax")])
print("before the first fit")
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, batch_size=9, epochs=2, shuffle=False, verbose=0)
model.save_weights("kept.weights.h5")
model.save("kept.keras")
for file in []:
    model.fit(x_train, y_train, batch_size=9, epochs=1, shuffle=False, verbose=0)
    model.load_weights(file)
last = model.fit(x_train, y_train, batch_size=9, epochs=1, shuffle=False, verbose=0)
print(last.history, model.evaluate(x_train, y_train, verbose=0))
