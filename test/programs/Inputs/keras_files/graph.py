"""Models within the model, a shared layer, layers that merge, operators on tensors; a schedule. Saved in all formats."""
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers as L

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = np.expand_dims(x_train, -1) / 255.0
x_test = np.expand_dims(x_test, -1) / 255.0
stem = keras.Sequential([
    L.Input(shape=(28, 28, 1)),
    L.Conv2D(4, 3, strides=2, padding="same"),
    L.BatchNormalization()], name="stem")
block_in = L.Input(shape=(14, 14, 4))
b = L.Conv2D(4, 3, padding="same", activation="relu")(block_in)
b = L.BatchNormalization()(b)
b = L.Add()([b, block_in])
block = keras.Model(block_in, b, name="block")
image = L.Input(shape=(28, 28, 1))
x = stem(image)
x = block(x)
shared = L.Conv2D(4, 1, activation="relu")
u = shared(x)
v = shared(block(x))
y = L.Concatenate()([L.Maximum()([u, v]), L.Minimum()([u, v]), L.Average()([u, v]), L.Multiply()([u, v]), L.Subtract()([u, v])])
y = y * 0.5
y = 1.0 - y
y = keras.activations.relu(y)
y = L.Conv2D(4, 3)(y)
y = y + L.Conv2D(4, 3, padding="same")(y)
y = L.GlobalAveragePooling2D()(y)
y = L.Dense(10, activation="softmax", name="classes")(y)
model = keras.Model(image, y, name="branched")
model.compile(
    optimizer=keras.optimizers.RMSprop(keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9), momentum=0.9, centered=True),
    loss="categorical_crossentropy", metrics=["accuracy", "mae"])
model.fit(x_train, keras.utils.to_categorical(y_train, 10), batch_size=16, epochs=2, verbose=0)
model.save("files/model.keras")
model.save("files/model.h5")
model.save_weights("files/weights/model.weights.h5")
model.evaluate(x_test, keras.utils.to_categorical(y_test, 10), verbose=0)
