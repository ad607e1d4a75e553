import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Input, Conv2D, Flatten, Dense
from tensorflow.keras.models import Model
fashion_mnist = tf.keras.datasets.fashion_mnist
(x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()

x_train, x_test = x_train /255.0, x_test / 255.0
print("x_train.shape:", x_train.shape)

x_train = np.expand_dims(x_train, -1)
x_test = np.expand_dims(x_test, -1)
print(x_train.shape)

K = len(set(y_train))
print("number of classes:", K)

i = Input(shape = x_train[0].shape)

x1 = Conv2D(32, (3,3), strides =2, activation= "relu")(i)
x2 = Conv2D(64, (3,3), strides =2, activation = "relu")(x1)
x3 = Conv2D(128, (3,3), strides = 2, activation = "relu")(x2)

x4 = Flatten()(x3)

# FC layer

x = Dense(512, activation = "relu")(x4)
x = Dense(K, activation = "softmax")(x)

model = Model(i, x)

model.compile(optimizer = "adam",
              loss = "sparse_categorical_crossentropy",metrics = ["accuracy"])

r = model.fit(x_train, y_train, validation_data = (x_test, y_test), epochs = 15)
