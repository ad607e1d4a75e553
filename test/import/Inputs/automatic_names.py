"""Automatic names: each build of a Sequential model counts as a Functional model's."""
from tensorflow import keras
from tensorflow.keras import layers

augment = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)])
base = keras.Sequential([layers.Input((28, 28, 1)), layers.Conv2D(2, 3, strides=4)])
grown = keras.Sequential()
grown.add(layers.Input((7, 7, 2)))
grown.add(layers.Flatten())
grown.add(layers.Dense(10))
image = keras.Input((28, 28, 1))
x = augment(image)
x = base(x)
model = keras.Model(image, grown(x))
wrapped = keras.Sequential([model, layers.Softmax()])
print(augment.name, base.name, grown.name, model.name, wrapped.name, keras.Model(model.inputs, model.outputs).name)
