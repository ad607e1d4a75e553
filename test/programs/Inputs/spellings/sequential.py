from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = x_train.reshape(-1, 28, 28, 1) / 255.0
x_test = x_test.reshape((-1, 28, 28, 1)) / 255.0

model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(6, 3, 2, activation="relu"),
    layers.Conv2D(10, kernel_size=3, strides=(2, 2), padding="SAME", activation="relu"),
    layers.Flatten(),
    layers.Dense(24, "relu"),
    layers.Dense(units=12, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x=x_train, y=y_train, batch_size=32, epochs=2, validation_data=(x_test, y_test))
