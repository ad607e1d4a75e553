"""Models and layers called on arrays, and a model that predicts without being compiled."""
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
model = tf.keras.models.Sequential([
    tf.keras.layers.Flatten(input_shape=(28, 28)),
    tf.keras.layers.Dense(16, activation="relu"),
    tf.keras.layers.Dropout(0.2),
    tf.keras.layers.Dense(10),
])
predictions = model(x_train[:1]).numpy()
print(predictions.shape, tf.nn.softmax(predictions).numpy().sum().round(4))
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
expected = -np.log(tf.nn.softmax(predictions).numpy()[0, y_train[0]])
print("loss:", abs(loss_fn(y_train[:1], predictions).numpy() - expected) < 1e-5)
model.compile(optimizer="adam", loss=loss_fn, metrics=["accuracy"])
model.fit(x_train, y_train, epochs=2, verbose=0)
probability_model = tf.keras.Sequential([model, tf.keras.layers.Softmax()])
probabilities = probability_model.predict(x_test, verbose=0)
logits = model.predict(x_test, verbose=0)
print("softmax:", np.abs(probabilities - tf.nn.softmax(logits).numpy()).max() < 1e-6, probabilities.sum(axis=1).round(3).min())
few = probability_model(x_test[:5])
print(few.shape, "the same:", np.abs(few.numpy() - probabilities[:5]).max() < 1e-6)
print(few)
img = np.expand_dims(x_test[1], 0)
print(img.shape, "one:", np.abs(probability_model.predict(img, verbose=0) - probabilities[1]).max() < 1e-6)
print("layer:", np.abs(tf.keras.layers.Softmax()(logits).numpy() - probabilities).max() < 1e-6)
features = tf.keras.Model(inputs=model.inputs, outputs=model.layers[1].output)
hidden = features.predict(x_test[:7], verbose=0)
print(hidden.shape, hidden.min() >= 0)
guesses = tf.argmax(logits, axis=1)
matrix = tf.math.confusion_matrix(y_test, guesses, num_classes=10)
print(matrix.shape, int(tf.reduce_sum(matrix)) == len(y_test), np.trace(matrix) == np.sum(guesses == y_test))
print(tf.math.confusion_matrix([0, 1, 2, 2], [0, 2, 2, 2]))
print(tf.constant([1.5, 2.0]), tf.argmax(tf.constant([[1, 5], [7, 2]])))
print(model.predict_on_batch(x_test[:3]).shape, model.input_shape, model.output_shape)
