from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, y_train = x_train[:80], y_train[:80]
mean, deviation = x_train.mean(axis=(0, 1, 2)), x_train.std()
x_train, x_test = (x_train - mean) / deviation, (x_test - mean) / deviation

model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.summary()
model.fit(x_train, y_train, epochs=2, verbose=0)
kept = model.evaluate(x_test, y_test, verbose=0)
model.save("kept.keras")
model.save_weights("kept.weights.h5")
model.fit(x_train, y_train, epochs=2, verbose=0)
print("went on:", model.evaluate(x_test, y_test, verbose=0) != kept)
model.load_weights("kept.keras")
print("as kept:", model.evaluate(x_test, y_test, verbose=0) == kept)
model.load_weights("kept.weights.h5")
print("as kept:", model.evaluate(x_test, y_test, verbose=0) == kept)
