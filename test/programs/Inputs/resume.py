import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

model = keras.Sequential([
    keras.Input((28, 28)),
    layers.Flatten(),
    layers.Dense(24, activation="relu"),
    layers.BatchNormalization(),
    layers.Dropout(0.3),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.Adam(0.002), loss="sparse_categorical_crossentropy", metrics=["accuracy"])

print("before", x_train.shape)
first = model.fit(x_train, y_train, batch_size=8, epochs=60, validation_data=(x_test, y_test))
print("first", first.history)
score = model.evaluate(x_test, y_test)
print("score", score)
print("predicted", model.predict(x_test[:3])[0])
print("drawn", np.random.choice(1000, 3))
second = model.fit(x_train, y_train, batch_size=8, epochs=60, shuffle=False)
print("second", second.history)
print("score", model.evaluate(x_test, y_test), "from", score)
print("drawn", np.random.choice(1000, 3))
