# Callbacks whose decisions do not depend on the numbers: no epoch improves by 100.
from tensorflow.keras.callbacks import (CSVLogger, EarlyStopping, History, ModelCheckpoint,
                                        ReduceLROnPlateau, TerminateOnNaN)
from tensorflow.keras.datasets import fashion_mnist
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Sequential

(x, y), (x_test, y_test) = fashion_mnist.load_data()
x = x / 255.0
x_test = x_test / 255.0

model = Sequential([Input((28, 28)), Flatten(), Dense(10, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])

stop = EarlyStopping("loss", min_delta=100.0, patience=2, restore_best_weights=True, verbose=1)
rate = ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=100.0, verbose=1)
best = ModelCheckpoint("models/best-{epoch:02d}.weights.h5", save_weights_only=True, verbose=1)
seen = History()
first = model.fit(x, y, epochs=10, validation_data=(x_test, y_test), verbose=0,
                  callbacks=[stop, CSVLogger("log.csv"), (rate, best), seen, TerminateOnNaN()])
print(first.epoch, first.params)
print(list(first.history.keys()), first.history["learning_rate"])
print(list(seen.history.keys()) == list(first.history.keys()), seen.epoch)

# The best weights are back, the learning rate is not.
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(abs(loss - first.history["val_loss"][0]) < 1e-6)

# Other data, other epochs, the same objects: a single callback, where EarlyStopping starts afresh.
second = model.fit(x_test, y_test, epochs=8, initial_epoch=5, verbose=0, callbacks=rate)
print(second.epoch, second.params)
print(second.history["learning_rate"])
third = model.fit(x, y, epochs=2, verbose=0, callbacks=[CSVLogger("log.csv", append=True), stop])
print(third.epoch, list(third.history.keys()))
early = model.fit(x, y, verbose=0, callbacks=[History(), rate])  # fit returns that History
print(early.epoch, list(early.history.keys()))
