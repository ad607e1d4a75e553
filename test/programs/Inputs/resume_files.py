import tensorflow as tf
from tensorflow.keras import callbacks, layers

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

model = tf.keras.Sequential([
    tf.keras.Input((28, 28)),
    layers.Flatten(),
    layers.Dense(16, activation="relu"),
    layers.BatchNormalization(),
    layers.Dropout(0.2),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

print("before the first fit")
model.save("untrained.keras")
first = model.fit(x_train, y_train, batch_size=8, epochs=24, validation_data=(x_test, y_test), callbacks=[
    callbacks.ModelCheckpoint("best/{epoch:02d}-{val_loss:.3f}.keras", save_best_only=True, verbose=1),
    callbacks.ModelCheckpoint("every/{epoch}.weights.h5", save_weights_only=True),
    callbacks.ModelCheckpoint("last.h5", save_freq=7),
    callbacks.CSVLogger("log.csv", separator=";"),
    callbacks.EarlyStopping(monitor="val_accuracy", patience=8, restore_best_weights=True, start_from_epoch=3, verbose=1),
])
print("first", first.history, first.epoch)
model.save("first.keras")
model.save_weights("first.weights.h5")
print("score", model.evaluate(x_test, y_test))

second = model.fit(x_train, y_train, batch_size=16, epochs=20, callbacks=[
    callbacks.ModelCheckpoint("second.weights.h5", monitor="loss", save_best_only=True, save_weights_only=True, initial_value_threshold=1.5),
    callbacks.CSVLogger("log.csv", separator=";", append=True),
    callbacks.EarlyStopping(monitor="loss", patience=2, min_delta=0.01),
])
print("second", second.history)
model.load_weights("second.weights.h5")
print("best of the second", model.evaluate(x_test, y_test))
third = model.fit(x_train, y_train, batch_size=10, epochs=10, callbacks=[callbacks.CSVLogger("third.csv")])
print("third", third.history, model.predict(x_test[:3]))
model.save("third.h5")
model.load_weights("first.keras")
print("first again", model.evaluate(x_test, y_test))
