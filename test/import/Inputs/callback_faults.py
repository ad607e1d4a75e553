# Callbacks that cannot do what they are asked: each line is one mistake.
import math

from tensorflow import keras
from tensorflow.keras import callbacks
from tensorflow.keras.callbacks import (CSVLogger, EarlyStopping, History, LambdaCallback,
                                        LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau,
                                        TensorBoard, TerminateOnNaN)
from tensorflow.keras.datasets import fashion_mnist
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Sequential

(x, y), (x_test, y_test) = fashion_mnist.load_data()
x = x / 255.0
x_test = x_test / 255.0

# By themselves.
ModelCheckpoint()
ModelCheckpoint("best")
ModelCheckpoint("best.hdf5")
ModelCheckpoint("best.H5")
ModelCheckpoint("best.h5", save_weights_only=True)
ModelCheckpoint("best.keras", save_freq="batch")
ModelCheckpoint("best.keras", save_freq=2.0)
ModelCheckpoint("best.keras", save_freq=2, save_best_only=True)
ModelCheckpoint("best.keras", period=2)
ModelCheckpoint("best.keras", monitor=3)
ModelCheckpoint("best.keras", save_best=True)
EarlyStopping(patience="5")
EarlyStopping(patience=2.5)
EarlyStopping(restore_best_weight=True)
EarlyStopping(restore_best_weights=1)
EarlyStopping(monitor="loss", min_delta="small")
EarlyStopping("val_loss", 0, 3, 0, "up")
ReduceLROnPlateau(factor=1.0)
ReduceLROnPlateau(factor=2)
ReduceLROnPlateau(min_lrs=1e-6)
ReduceLROnPlateau(epsilon=1e-4)
LearningRateScheduler()
LearningRateScheduler(0.1)
LearningRateScheduler(keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.9))
CSVLogger()
CSVLogger("")
CSVLogger("log.csv", append="yes")
TerminateOnNaN(raise_error=1)
TensorBoard(log_dir="logs", histogram_freq=1)
TensorBoard(log_dir="logs", update_freq=100)
TensorBoard(logdir="logs")
History().history
EarlyStopping().stopped_epoch
LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch))
callbacks.BackupAndRestore("folder")
callbacks.EarlyStoping()


class Mine(callbacks.Callback):
    pass


# In a fit.
model = Sequential([Input((28, 28)), Flatten(), Dense(10, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
held = (x_test, y_test)
model.fit(x, y, callbacks=EarlyStopping)
model.fit(x, y, callbacks=[EarlyStopping])
model.fit(x, y, callbacks="early")
model.fit(x, y, callbacks=[None])
model.fit(x, y, callbacks=[EarlyStopping(monitor="loss"), 3])
model.fit(x, y, callbacks=[EarlyStopping()])
model.fit(x, y, callbacks=[EarlyStopping("val_acc")], validation_data=held)
model.fit(x, y, callbacks=[EarlyStopping("val_acc")])
model.fit(x, y, callbacks=[EarlyStopping("val_accurracy")], validation_data=held)
model.fit(x, y, callbacks=[ReduceLROnPlateau("val_f1", mode="max")], validation_data=held)
model.fit(x, y, callbacks=[ReduceLROnPlateau("learning_rate")], validation_data=held)
model.fit(x, y, callbacks=[ReduceLROnPlateau("loss"), EarlyStopping("learning_rate")])
model.fit(x, y, callbacks=[EarlyStopping("learning_rate", mode="min"), ReduceLROnPlateau("loss")])
model.fit(x, y, callbacks=[ModelCheckpoint("m.keras", monitor="val_f1")], validation_data=held)
model.fit(x, y, callbacks=[ModelCheckpoint("m-{val_loss:.2f}.keras")])
model.fit(x, y, callbacks=[ModelCheckpoint("m-{val_acc:.2f}.keras")], validation_data=held)
model.fit(x, y, callbacks=[ModelCheckpoint("m-{val_loss}.keras", save_freq=2)], validation_data=held)
model.fit(x, y, callbacks=[ModelCheckpoint("m-{epoch.keras")])
seen = History()
model.fit(x, y, callbacks=[seen])
model.fit(x, y, callbacks=[seen])

# Learning rates.
scheduled = Sequential([Input((28, 28)), Flatten(), Dense(10, activation="softmax")])
decay = keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.9)
model.compile(keras.optimizers.SGD(decay), "sparse_categorical_crossentropy")
model.fit(x, y, callbacks=[ReduceLROnPlateau("loss")])
model.fit(x, y, callbacks=[EarlyStopping("accuracy")])
model.compile("sgd", "sparse_categorical_crossentropy")


def of_three(epoch, rate, other):
    return rate


def nothing(epoch):
    epoch + 1


def constant(epoch):
    return 1


def looks(epoch):
    return model.evaluate(x, y)[0] * 0.1


def remembers(epoch, rate):
    global last
    last = rate
    return rate * 0.5


last = 0.0
loss = model.evaluate(x, y)
model.fit(x, y, callbacks=[LearningRateScheduler(of_three)])
model.fit(x, y, callbacks=[LearningRateScheduler(nothing)])
model.fit(x, y, callbacks=[LearningRateScheduler(constant)])
model.fit(x, y, callbacks=[LearningRateScheduler(looks)])
model.fit(x, y, callbacks=[LearningRateScheduler(remembers)])
model.fit(x, y, callbacks=[LearningRateScheduler(lambda epoch: epoch)])
model.fit(x, y, callbacks=[LearningRateScheduler(lambda epoch: loss * 0.1)])
model.fit(x, y, callbacks=[LearningRateScheduler(lambda epoch: math.expp(epoch))])
model.fit(x, y, callbacks=[LearningRateScheduler(lambda epoch: "0.1")])
