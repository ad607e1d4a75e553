from tensorflow.keras.callbacks import LearningRateScheduler, TensorBoard
from tensorflow.keras.datasets import fashion_mnist
from tensorflow.keras.layers import Dense, Flatten, Input
from tensorflow.keras.models import Sequential

(x, y), (x_test, y_test) = fashion_mnist.load_data()
x = x / 255.0
x_test = x_test / 255.0

model = Sequential([Input((28, 28)), Flatten(), Dense(10, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
r = model.fit(x, y, epochs=3, batch_size=30, validation_data=(x_test, y_test), verbose=0,
              callbacks=[TensorBoard(log_dir="logs/run"), LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch))])
print(r.history)
