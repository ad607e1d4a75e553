from tensorflow import keras

(x_train, y_train), _ = keras.datasets.fashion_mnist.load_data()
model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
first = model.fit(x_train, y_train, epochs=3, verbose=0)
then = model.fit(x_train, y_train, epochs=7, initial_epoch=3, verbose=0)
print(first.epoch, then.epoch)
