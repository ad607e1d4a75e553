"""A VGG-like network on data with mean 0 and deviation 1."""
import keras
import numpy as np
from keras.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.regularizers import l2

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = [np.expand_dims(x.astype("float32"), -1) for x in (x_train, x_test)]
mean = np.mean(x_train, axis=(0, 1, 2))
std = np.std(x_train, axis=(0, 1, 2))
x_train = (x_train - mean) / (std + 1e-7)
x_test = (x_test - mean) / (std + 1e-7)
y_train, y_test = [keras.utils.to_categorical(y, 10) for y in (y_train, y_test)]

model = keras.Sequential([keras.Input(shape=x_train.shape[1:])])
for filters, drop in [(4, 0.2), (8, 0.3)]:
    model.add(Conv2D(filters, (3, 3), padding="same", activation="elu", kernel_regularizer=l2(1e-4)))
    model.add(BatchNormalization())
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Dropout(drop))
model.add(Flatten())
model.add(Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.RMSprop(1e-3), metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=1, verbose=2, validation_data=(x_test, y_test))
print("mean of the training data is %.3f" % abs(float(x_train.mean())))
