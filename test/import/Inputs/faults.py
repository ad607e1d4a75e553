import tensorflow as tf
from tensorflow.keras.layers import Conv2D, Dense, Flatten, Input, Dropot
from tensorflow.keras.models import Model
import matplotlib.pyplot as plt

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_test /= 255.0
i = Input(shape=(28, 28, 1))
big = Conv2D(8, 30)(i)
flat = Conv2D(8, (3, 3, 3))(i)
odd = Conv2D(8, 3, activation="rleu")(i)
none = Conv2D(0, 3)(i)
old = Conv2D(8, 3, border_mode="same")(i)
near = Conv2D(8, 3, stride=2)(i)
apart = Conv2D(8, 3, strides=2, dilation_rate=2)(i)
wide = Conv2D(8, 3, dilation_rate=(3, 14))(i)
split = Conv2D(9, 3, groups=2)(i)
thirds = Conv2D(9, 3, groups=3)(i)
back = tf.keras.layers.Conv2DTranspose(8, 3, strides=(1, 2), dilation_rate=2)(i)
more = tf.keras.layers.Conv2DTranspose(8, 3, strides=2, output_padding=1)(i)
flatter = tf.keras.layers.Conv2DTranspose(8, 3)(Flatten()(i))
pair = Dense(3)(i, i)
later = tf.keras.layers.LSTM(3)(i)
x = Flatten()(i)
x = Dense(9, activation="softmax")(x)
model = Model(i, x)
model.fit(x_train, y_train)
model.compile(tf.keras.optimizers.Adam(lr=0.1), "sparse_categorical_crossentropy")
other = Model(Input(shape=(3,)), x)
plt.plot([1], undefined_name)
def never_called():
    return misspelt
while True:
    pass


def stopped():
    try:
        return hex(1)
    except (KeyboardInterrupt, OSError, ZeroDivisionError):
        raise SystemExit(1)


async def later():
    await lateer()
