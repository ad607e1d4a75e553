import keras
import keras.layers as L
from tensorflow import keras as tfk
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model, Sequential

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train[..., None] / 255.0, x_test[..., None] / 255.0
