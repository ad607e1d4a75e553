from tensorflow import keras
from tensorflow.keras import layers

(x, y), _ = keras.datasets.fashion_mnist.load_data()
inputs = keras.Input((28, 28))
wide = layers.Reshape((1, 1, 784))(inputs)
grouped = layers.Conv2D(64, 1, groups=2)(wide)
z = layers.Conv2D(128, 1, activation="relu")(grouped)
z = layers.Conv2D(128, 1, activation="sigmoid")(z)
outputs = layers.Dense(10, activation="softmax")(layers.Flatten()(z))
model = keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(x, y)
