import tensorflow as tf
(x, y), (u, v) = tf.keras.datasets.cifar10.load_data()
g = tf.keras.preprocessing.image.ImageDataGenerator(fill_mode="mirror")
h = tf.keras.preprocessing.image.ImageDataGenerator(zoom_range=[1, 2, 3])
k = tf.keras.preprocessing.image.ImageDataGenerator(rotation=3)
d = tf.keras.preprocessing.image.ImageDataGenerator(rotation_range=3)
d.flow(x)
d.flow(x, y, batch_size=0)
d.flow_from_directory("a")
