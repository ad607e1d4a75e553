"""scikit-learn's metrics as scripts print them; all below the line runs under scikit-learn as well."""
import numpy as np
import tensorflow as tf
from sklearn.metrics import (accuracy_score, classification_report, confusion_matrix, f1_score, precision_score,
                             recall_score)

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
model = tf.keras.Sequential([tf.keras.layers.Input(shape=(28, 28)), tf.keras.layers.Flatten(),
                             tf.keras.layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, verbose=0)
# ---- compared ----
y = np.array([0, 1, 2, 2, 2, 1, 0, 1, 3, 3, 3, 0, 0, 1])
q = np.array([0, 1, 2, 1, 2, 1, 0, 0, 3, 2, 3, 0, 1, 1])
names = ["T-shirt/top", "Trouser", "Pullover", "A rather long name"]
print(confusion_matrix(y, q))
print(confusion_matrix(y, q, labels=[2, 0]), confusion_matrix(y, q, normalize="true"), sep="\n")
print(confusion_matrix(y, q, normalize="pred"), confusion_matrix(y, q, normalize="all"), sep="\n")
print(accuracy_score(y, q), accuracy_score(y, q, normalize=False), [accuracy_score(y, q)])
print(classification_report(y, q))
print(classification_report(y, q, target_names=names, digits=4))
print(classification_report(y, q, labels=[1, 2], target_names=["one", "two"]))
print(precision_score(y, q, average="macro"), recall_score(y, q, average="weighted"), f1_score(y, q, average="micro"))
print(precision_score(y, q, average=None), recall_score(y, q, average=None), f1_score(y, q, average=None))
b, c = np.array([0, 1, 1, 0, 1]), np.array([0, 1, 0, 0, 0])
print(precision_score(b, c), recall_score(b, c), f1_score(b, c), f1_score(b, c, pos_label=0))
