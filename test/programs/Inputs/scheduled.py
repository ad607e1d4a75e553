from tensorflow import keras
from tensorflow.keras import regularizers
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.utils import to_categorical

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
y_train, y_test = to_categorical(y_train, 10), to_categorical(y_test, 10)

model = keras.Sequential([Input(shape=(28, 28)), Flatten(),
                          Dense(16, activation="relu", kernel_regularizer=regularizers.l2(0.001)),
                          Dense(10, activation="softmax")])
schedule = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=10, decay_rate=0.9)
model.compile(optimizer=keras.optimizers.Nadam(schedule, clipnorm=1.0, weight_decay=0.001),
              loss="categorical_crossentropy", metrics=["accuracy", "mse", keras.metrics.TopKCategoricalAccuracy(k=3)])
r = model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=2)
print(sorted(r.history.keys()))
print(len(model.evaluate(x_test, y_test)))
