"""Compiling specs in tests: where ingotc is, and the text of a spec around a few layers."""

import pathlib
import subprocess
import sys

import program

GOLDEN = pathlib.Path(__file__).resolve().parent / "golden"

# Data sets are 28x28; a spec may read its images in any shape of 784 elements.
SPEC = """import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Activation, Conv2D, Conv2DTranspose, Dense, Flatten, Input, ReLU, Softmax
from tensorflow.keras.layers import AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D
from tensorflow.keras.layers import DepthwiseConv2D, SeparableConv2D
from tensorflow.keras.models import Model

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / {scale}, x_test / {scale}
x_train, x_test = x_train.reshape({shape}), x_test.reshape({shape})

i = Input(shape=x_train[0].shape)
{layers}
model = Model(i, x)
model.compile(optimizer={optimizer}, loss={loss}, metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs={epochs}, batch_size={batch}, shuffle=False)
"""


def spec(layers, shape=(-1, 28, 28, 1), scale=1.0, optimizer='"adam"', loss='"sparse_categorical_crossentropy"',
         epochs=1, batch=32):
    """A spec whose network is the lines `layers`, from `i` to `x`."""
    return SPEC.format(layers="\n".join(layers), shape=shape, scale=scale, optimizer=optimizer, loss=loss,
                       epochs=epochs, batch=batch)


class Compiler:
    """ingotc, writing into a folder."""

    def __init__(self, ingotc, folder):
        self.ingotc, self.folder = ingotc, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def compile(self, source, output, *options):
        """Compiles the file `source`; returns the path of what was written into the folder."""
        output = self.folder / output
        done = subprocess.run([self.ingotc, str(source), "-o", str(output), *options], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            sys.exit(f"ingotc {source} {' '.join(options)}: exit status {done.returncode}\n{done.stdout}")
        return output

    def write(self, name, text):
        path = self.folder / f"{name}.py"
        path.write_text(text)
        return path

    def program(self, source, *options):
        """The steps of a spec, given by path or as (name, text)."""
        if isinstance(source, tuple):
            source = self.write(*source)
        return program.Program(self.compile(source, f"{pathlib.Path(source).stem}.o", "--emit=obj", *options))
