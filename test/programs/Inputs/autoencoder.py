from tensorflow import keras
from tensorflow.keras.layers import Dense, Flatten, Input

(x_train, _), (x_test, _) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train.reshape(-1, 784) / 255.0, x_test.reshape(-1, 784) / 255.0

model = keras.Sequential([Input(shape=(784,)), Dense(32, activation="relu"), Dense(784)])
model.compile(loss="mse")
r = model.fit(x_train, x_train, validation_data=(x_test, x_test), epochs=20, batch_size=30, verbose=0)
losses = r.history["val_loss"]
print(losses[-1] < 0.9 * losses[0])
print(abs(model.evaluate(x_test, x_test, batch_size=30, verbose=0) - losses[-1]) < 1e-6)
