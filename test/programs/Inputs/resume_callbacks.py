from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

print("before the first fit")
model = keras.Sequential([
    keras.Input((28, 28)),
    layers.Flatten(),
    layers.Dense(16, activation="relu"),
    layers.Dropout(0.2),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.RMSprop(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])

stopping = keras.callbacks.EarlyStopping(patience=12, restore_best_weights=True, verbose=1)
plateau = keras.callbacks.ReduceLROnPlateau(patience=3, factor=0.7, verbose=1)
first = model.fit(x_train, y_train, batch_size=8, epochs=80, validation_data=(x_test, y_test),
                  callbacks=[stopping, plateau, keras.callbacks.CSVLogger("first.csv")])
print("first", first.history, first.epoch)
second = model.fit(x_train, y_train, batch_size=8, epochs=40, steps_per_epoch=7,
                   callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.95),
                              keras.callbacks.CSVLogger("second.csv")])
print("second", second.history, second.params)
print("score", model.evaluate(x_test, y_test))
