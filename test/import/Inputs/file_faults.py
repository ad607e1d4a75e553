"""Keras's files by names that Keras does not take, and what is not supported of them."""
from tensorflow import keras
from tensorflow.keras.models import load_model

model = keras.Sequential([keras.layers.Input(shape=(28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])
model.save("model")
model.save("model.weights")
model.save(7)
model.save_weights("best_model.h5")
model.save_weights("model.keras")
model.load_weights("model.safetensors")
model.load_weights("model.h5", by_name=True)
model.save("model.keras", zipped=True)
model.save_weights()
model.save("model.keras", "twice", overwrite=True)
model.save_weight("model.weights.h5")
other = load_model("model.keras")
third = keras.models.load_model("model.h5", compile=False)
keras.Sequential([keras.layers.Dense(3)]).save("model.keras")
