import tensorflow as tf
(x, y), _ = tf.keras.datasets.mnist.load_data()
m = tf.keras.Sequential([tf.keras.layers.Flatten(input_shape=(28, 28)), tf.keras.layers.Dense(10)])
m.compile("adam", "mse", metrics=["mae"])
r = m.fit(x[:100] / 255.0, tf.keras.utils.to_categorical(y)[:100], epochs=2)
for k, v in r.history.items():
    print(f"{k}: {v[-1]:.3f}", sorted({1, 2}), "%d" % 3)
