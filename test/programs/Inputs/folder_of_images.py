import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

common = dict(image_size=(6, 8), batch_size=4, seed=123, validation_split=0.3)
train_ds = keras.utils.image_dataset_from_directory("directory", subset="training", **common)
val_ds = keras.utils.image_dataset_from_directory("directory", subset="validation", **common)
class_names = train_ds.class_names
print(class_names)
train_ds = train_ds.map(lambda x, y: (x / 255.0, y)).cache().shuffle(100).prefetch(tf.data.AUTOTUNE)
val_ds = val_ds.map(lambda x, y: (x / 255.0, y)).prefetch(buffer_size=tf.data.AUTOTUNE)
model = keras.Sequential([keras.Input(shape=(6, 8, 3)), layers.Flatten(), layers.Dense(len(class_names), activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train_ds, validation_data=val_ds, epochs=2)
