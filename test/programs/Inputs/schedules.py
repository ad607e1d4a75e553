# LearningRateScheduler with functions of the script.
import math

import tensorflow as tf
from tensorflow.keras.callbacks import LearningRateScheduler
from tensorflow.keras.datasets import fashion_mnist
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Sequential

(x, y), _ = fashion_mnist.load_data()
x = x / 255.0
model = Sequential([Input((28, 28)), Flatten(), Dense(10, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")

DROP = 0.5


def steps(epoch, lr):
    if epoch < 1:
        return lr
    elif epoch == 1 or epoch > 3:
        half = lr * DROP
        print("halved in epoch", epoch)
        return half
    return lr * math.exp(-0.1)


def drops(epoch):
    rate = 0.1
    for at in (1, 3):
        if epoch >= at:
            rate *= 0.1
    return max(rate, 1e-2)


def cosine(epoch):
    return 0.5 * 0.1 * (1 + math.cos(math.pi * epoch / 4))


def floors(epoch, lr):
    return 0.1 * math.pow(0.5, math.floor((1 + epoch) / 2.0))


def warmed(epoch, lr=0.5):
    return (epoch + 1) * 0.1 if epoch < 2 else 0.2 / (epoch - 1) ** 0.5


schedules = [steps, drops, cosine, floors, warmed,
             lambda epoch: 0.1 / (1 + epoch),
             lambda epoch, lr: float(lr * tf.math.exp(-0.1)) if epoch % 2 else float(lr),
             lambda epoch: float(0.1 * tf.math.exp(-0.5 * epoch)),
             lambda epoch, lr: [0.1, 0.05, 0.02, 0.01, 0.005][epoch]]
for schedule in schedules:
    r = model.fit(x, y, epochs=5, verbose=0, callbacks=[LearningRateScheduler(schedule)])
    print(r.history["learning_rate"])
r = model.fit(x, y, epochs=2, verbose=0,
              callbacks=[LearningRateScheduler(lambda epoch: 1e-3 * 10 ** -epoch, verbose=1)])
