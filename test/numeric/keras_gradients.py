"""Loss and gradients of specs under Keras, in float64, at given weights: keras_gradients.py SPEC.py...

Beside each SPEC.py lies SPEC.npz with images, labels, rows and `weight:LAYER/WEIGHT`; SPEC.keras.npz is written, with
`loss` and `gradient:LAYER/WEIGHT`.
"""

import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import keras
import numpy as np
import tensorflow as tf


def model_of(spec, images, labels):
    """The spec's compiled model and the images as it prepares them; nothing is trained."""
    calls = []
    keras.Model.fit = lambda model, x, y, **options: calls.append((model, x, y))
    tf.keras.datasets.fashion_mnist.load_data = lambda: ((images, labels), (images[:1], labels[:1]))
    exec(compile(spec.read_text(), str(spec), "exec"), {"__name__": "__main__"})
    return calls[0]


def gradients(spec):
    keras.utils.clear_session()
    given = np.load(spec.with_suffix(".npz"))
    model, x, y = model_of(spec, given["images"], given["labels"])
    weights = [(f"{layer.name}/{weight.name}", weight) for layer in model.layers for weight in layer.weights]
    for name, weight in weights:
        weight.assign(given[f"weight:{name}"])
    x, y = tf.constant(x[given["rows"]], tf.float64), tf.constant(y[given["rows"]])
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x, y, model(x, training=True))
    values = tape.gradient(loss, [weight.value for _, weight in weights])
    np.savez(spec.with_suffix(".keras.npz"), loss=float(loss),
             **{f"gradient:{name}": value.numpy() for (name, _), value in zip(weights, values)})


if __name__ == "__main__":
    keras.config.set_floatx("float64")
    for name in sys.argv[1:]:
        gradients(pathlib.Path(name))
