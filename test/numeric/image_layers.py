"""Layers that transform images, against Keras's numbers, through compiled programs: image_layers.py INGOTC FOLDER

Behind the layer stands Dense(10, softmax) with bias [1e6, 0, ...], whose probabilities are exactly [1, 0, ...]; image k
has label k + 1. A step of SGD with rate 1 from a kernel of zeros then leaves in the kernel's column k + 1 what the layer
made of image k, divided by the number of images, a power of two: its very bits.

A random factor of a case has a range of no width. A coin and the factors of contrasts are computed here as well.
"""

import json
import re
import sys

import numpy as np
from safetensors.numpy import load_file

from checking import expect, finish
from compiling import GOLDEN, Compiler
from dropout import uniform, words

TRANSFORMS = GOLDEN / "image_transforms"
CLASSES, COPIES, SEED = 10, 8, 7
# What Ingot refuses.
REFUSED = ("resizing_antialias",)

SCRIPT = """import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import *

x, y = np.load("{folder}/x.npy"), np.load("{folder}/y.npy")
i = Input(shape=x.shape[1:])
o = Dense({classes}, activation="softmax", name="back")(Flatten()({layer}(i)))
model = tf.keras.Model(i, o)
model.compile(optimizer=tf.keras.optimizers.SGD(1.0), loss="sparse_categorical_crossentropy")
model.fit(x, y, batch_size={copies}, shuffle=False)
"""


class Layer:
    """One layer in a program, for images of one shape."""

    def __init__(self, compiler, name, layer, images, *options):
        np.save(compiler.folder / "x.npy", images)
        np.save(compiler.folder / "y.npy", np.arange(len(images), dtype=np.uint8) + CLASSES - len(images))
        source = compiler.write(name, SCRIPT.format(folder=compiler.folder.resolve(), classes=CLASSES, layer=layer,
                                                    copies=len(images)))
        self.images, self.program = images, compiler.program(source, *options)
        imported = compiler.compile(source, f"{name}.mlir", "--compile-to=import").read_text()
        self.streams = [int(stream) for stream in re.findall(r"nn.random_key stream (\d+)", imported)]

    def train(self, shape, step=1):
        """What the layer makes of the images in that training step."""
        self.program.reset({"back/bias": 1e6 * np.eye(CLASSES, dtype=np.float32)[0],
                            "back/kernel": np.zeros(self.program.parameters["back/kernel"].shape[:2], np.float32)})
        self.program.state.step, self.program.state.seed = step - 1, SEED
        rows = len(self.images)
        self.program.train_step(self.images, np.arange(rows) + CLASSES - rows)
        kernel = self.program["back/kernel"]
        return rows * kernel[:, CLASSES - rows:].T.reshape(rows, *shape)

    def drawn(self, step, numbers=1):
        """The first uniform number of each image."""
        return uniform(words(SEED, step, self.streams[0], len(self.images))[0])

    def predict(self):
        """The probabilities, of a kernel of random numbers, and that kernel."""
        kernel = np.random.default_rng(1).uniform(-0.01, 0.01, self.program.parameters["back/kernel"].shape[:2])
        self.program.reset({"back/kernel": kernel.astype(np.float32), "back/bias": np.zeros(CLASSES, np.float32)})
        return self.program.predict(self.images), kernel



def expected_of(case, layer, reference, step):
    """Of each image; what is drawn there decides."""
    name, drawn = case["layer"].split("(")[0], layer.drawn(step) if layer.streams else None
    image = layer.images[0]
    if name == "RandomFlip":
        return [reference if number < 0.5 else image for number in drawn]
    if name == "RandomContrast":
        low, high = (0, 1) if "value_range" in case["layer"] else (0, 255)
        mean = image.astype(np.float64).mean((0, 1))
        factor = 1 + 0.5 * drawn.astype(np.float64)
        return [np.clip((image - mean) * each + mean, low, high) for each in factor]
    return [reference] * len(layer.images)


def golden(compiler):
    description = json.loads((TRANSFORMS / "layers.json").read_text())
    images, references = load_file(TRANSFORMS / "images.safetensors"), load_file(TRANSFORMS / "layers.safetensors")
    for case in description["cases"]:
        if case["name"] in REFUSED:
            continue
        copies = np.repeat(images[case["image"]][None].astype(np.float32), COPIES, 0)
        layer, reference = Layer(compiler, case["name"], case["layer"], copies), references[case["name"]]
        outputs = layer.train(reference.shape)
        expected = expected_of(case, layer, reference, 1)
        # What only moves pixels is exact; a channel of variance 0 is not compared with others' scale.
        exact = 'interpolation="nearest"' in case["layer"] or "Flip" in case["layer"]
        scale = np.abs(reference).max(axis=(0, 1), keepdims=True)
        for output, wanted in zip(outputs, expected):
            error = np.abs(output - wanted)
            expect((error <= (0 if exact else 1e-5) * scale).all(),
                   f"{case['name']}: off by {error.max():.3g} where {scale.max():.3g} is the largest")
        if case["layer"].startswith("RandomFlip"):
            expect(0 < (layer.drawn(1) < 0.5).sum() < COPIES, f"{case['name']}: all images are flipped alike")


def contrast_formula():
    """That of `expected_of` is Keras's, at the factors of golden."""
    description = json.loads((TRANSFORMS / "layers.json").read_text())
    images, references = load_file(TRANSFORMS / "images.safetensors"), load_file(TRANSFORMS / "layers.safetensors")
    for case in description["cases"]:
        if "contrast_factor" in case.get("transformation", {}):
            image, high = images[case["image"]].astype(np.float64), 1 if "value_range" in case["layer"] else 255
            mean = image.mean((0, 1))
            made = np.clip((image - mean) * case["transformation"]["contrast_factor"] + mean, 0, high)
            expect(np.abs(made - references[case["name"]]).max() <= 1e-5 * high, f"{case['name']}: another formula")


RANDOM = ("RandomFlip()", "RandomTranslation(0.2, 0.3)", "RandomRotation(0.1)", "RandomZoom(0.3)",
          "RandomContrast(0.5)", "RandomBrightness(0.4)")


def modes(compiler):
    """Random layers differ from image to image and from step to step, and do nothing outside of training."""
    images = np.repeat(load_file(TRANSFORMS / "images.safetensors")["color_byte"][None].astype(np.float32), COPIES, 0)
    for text in RANDOM:
        name = text.split("(")[0]
        layer = Layer(compiler, name, text, images)
        first, again, second = (layer.train(images.shape[1:], step) for step in (1, 1, 2))
        expect((first == again).all(), f"{name}: a step again differs")
        expect((first != second).any(), f"{name}: steps are alike")
        expect(len(np.unique(first.reshape(COPIES, -1), axis=0)) > 1, f"{name}: images are alike")
        reference = Layer(compiler, name, text, images, "--schedule=reference").train(images.shape[1:])
        expect(np.abs(first - reference).max() <= 1e-5 * 255, f"{name}: reference kernels make something else")
        probabilities, kernel = layer.predict()
        logits = images.reshape(COPIES, -1) @ kernel
        wanted = np.exp(logits - logits.max(1, keepdims=True))
        wanted /= wanted.sum(1, keepdims=True)
        expect(np.abs(probabilities - wanted).max() < 1e-4, f"{name}: not itself in prediction")


def main():
    compiler = Compiler(sys.argv[1], sys.argv[2])
    contrast_formula()
    golden(compiler)
    modes(compiler)
    finish()


if __name__ == "__main__":
    main()
