"""A look at the batches of a Dataset, and predictions of one."""
import numpy as np
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(100).batch(20)
test = tf.data.Dataset.from_tensor_slices((x_test, y_test)).batch(16)
for images, labels in train.take(1):
    print("shuffled", images.shape, labels.shape)
for images, labels in test.take(2):
    print(images.shape, labels.numpy()[:3], images.numpy().max() <= 1)
for image_batch, labels_batch in test:
    print("first", image_batch.shape)
    print("labels", labels_batch.shape)
    break
for image, label in tf.data.Dataset.from_tensor_slices((x_test, y_test)).take(1):
    print("one", image.shape, label.numpy() == y_test[0])
model = tf.keras.Sequential([tf.keras.layers.Input(shape=(28, 28)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)])
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(train, epochs=1, verbose=0)
print("predicted:", np.abs(model.predict(test, verbose=0) - model.predict(x_test, verbose=0)).max() == 0)
print("class weights:", {i: 1.0 for i in range(10)}[int(np.argmax(model.predict(x_test[:1], verbose=0)))])
