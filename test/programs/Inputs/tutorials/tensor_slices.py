"""tf.data.Dataset of arrays."""
import tensorflow as tf

AUTOTUNE = tf.data.AUTOTUNE
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()


def preprocess(image, label):
    return tf.expand_dims(tf.cast(image, tf.float32) / 255.0, -1), label


all_ds = tf.data.Dataset.from_tensor_slices((x_train, y_train)).map(preprocess, num_parallel_calls=AUTOTUNE)
train_ds = all_ds.skip(10).shuffle(1000).batch(16).prefetch(AUTOTUNE)
val_ds = all_ds.take(10).batch(16)
test_ds = tf.data.Dataset.from_tensor_slices((x_test, y_test)).map(preprocess).batch(16).cache().prefetch(AUTOTUNE)
model = tf.keras.Sequential([
    tf.keras.layers.Input((28, 28, 1)),
    tf.keras.layers.Conv2D(4, 3, activation="relu"),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(10),
])
model.compile(optimizer="adam", loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
              metrics=["accuracy"])
model.fit(train_ds, epochs=1, validation_data=val_ds, verbose=2)
for name, value in zip(model.metrics_names, model.evaluate(test_ds, verbose=0)):
    print(name, value >= 0)
