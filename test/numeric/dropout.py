"""Dropout and noise in compiled programs: the very numbers, their distributions, and that they differ where they should.

    dropout.py INGOTC FOLDER

All pixels are 1. Behind the layer, Dense(10, softmax) with bias [1e6, 0, ...] gives probabilities of exactly
[1, 0, ...]; row k has label k + 1, so that the gradient of the kernel's column k + 1 is -(what the layer made of row k)
/ rows. With column k + 1 all -rows, every element of the layer's output is given the gradient 1.
"""

import re
import sys

import numpy as np

from checking import close, equal_bits, expect, finish
from compiling import Compiler, spec

CLASSES, ROWS, SIZE = 10, 9, 784
LAYERS_PURPOSE = 0x4C41


def philox(counter, key, multipliers, rounds=10):
    """Salmon et al., SC 2011, in arrays of uint64 that hold 32-bit words: 2x32 has one multiplier, 4x32 two."""
    weyl, mask = (0x9E3779B9, 0xBB67AE85), np.uint64(0xFFFFFFFF)
    counter, key = [np.asarray(c, np.uint64) for c in counter], [np.uint64(k) for k in key]
    for _ in range(rounds):
        products = [np.uint64(m) * counter[2 * i] for i, m in enumerate(multipliers)]
        low, high = [p & mask for p in products], [p >> np.uint64(32) for p in products]
        if len(multipliers) == 1:
            counter = [high[0] ^ key[0] ^ counter[1], low[0]]
        else:
            counter = [high[1] ^ counter[1] ^ key[0], low[1], high[0] ^ counter[3] ^ key[1], low[0]]
        key = [np.uint64((int(k) + w) & 0xFFFFFFFF) for k, w in zip(key, weyl)]
    return counter


def words(seed, step, stream, elements):
    """The two words of each of so many elements."""
    key = philox([step & 0xFFFFFFFF, step >> 32, stream, LAYERS_PURPOSE], [seed & 0xFFFFFFFF, seed >> 32],
                 (0xD2511F53, 0xCD9E8D57))
    return philox([np.arange(elements), key[1]], [key[0]], (0xD256D193,))


def uniform(word):
    return (word >> np.uint64(8)).astype(np.float32) * np.float32(2**-24)


def known_answers():
    """Vectors that the authors of Philox publish with their code (Random123, kat_vectors)."""
    for counter, key, expected in [((0, 0), 0, (0xFF1DAE59, 0x6CD10DF2)),
                                   ((0xFFFFFFFF, 0xFFFFFFFF), 0xFFFFFFFF, (0x2C3F628B, 0xAB4FD7AD)),
                                   ((0x243F6A88, 0x85A308D3), 0x13198A2E, (0xDD7CE038, 0xF62A4C12))]:
        found = tuple(int(word) for word in philox(counter, [key], (0xD256D193,)))
        expect(found == expected, f"philox2x32({counter}, {key}) is {found}")


class Network:
    """A program with random layers between the pixels and the classes."""

    def __init__(self, compiler, name, layers, *options):
        back = f"x = Dense({CLASSES}, activation='softmax', name='back')(x)"
        text = spec([*layers, "x = Flatten()(x)", back])
        source = compiler.write(name, text)
        self.program = compiler.program(source, "--with-reference", *options)
        imported = compiler.compile(source, f"{name}.mlir", "--compile-to=import").read_text()
        self.streams = [int(stream) for stream in re.findall(r"(?:shared \S* *|deviation .* )stream (\d+)", imported)]
        self.size = self.program.parameters["back/kernel"].shape[0]

    def draw(self, step=1, seed=0, rows=ROWS, pixels=None):
        """What the layers make of ones, row by row, in that step."""
        kernel = np.zeros((self.size, CLASSES), np.float32)
        kernel[:, 1:rows + 1] = -rows
        self.program.reset({"back/kernel": kernel, "back/bias": 1e6 * np.eye(CLASSES)[0],
                            **{name: np.ones(p.shape[:p.rank], np.float32)
                               for name, p in self.program.parameters.items() if name.startswith("scale/")}})
        self.program.state.step, self.program.state.seed = step - 1, seed
        images = np.ones((rows, 28, 28), np.uint8) if pixels is None else pixels
        self.program.train_step(images, np.arange(rows) + 1)
        # momentum = 0.1 * gradient, as slots were clear.
        gradient = self.program["back/kernel/momentum"][:, 1:rows + 1] / np.float32(0.1)
        return -rows * gradient.T


def near(what, value, expected, deviation, sigmas=5):
    expect(abs(value - expected) <= sigmas * deviation,
           f"{what}: {value:.6g}, expected {expected:.6g} within {sigmas} sigmas of {deviation:.3g}")


def dropout(compiler):
    rate = 0.25
    network = Network(compiler, "dropout", ["x = Flatten()(i)", f"x = tf.keras.layers.Dropout({rate})(x)"])
    stream, = network.streams
    for seed, step in ((0, 1), (7, 2), (2**40 + 5, 3), (2**63 + 1, 2**33)):
        made = network.draw(step, seed)
        kept = uniform(words(seed, step, stream, ROWS * SIZE)[0]).reshape(ROWS, SIZE) >= np.float32(rate)
        close(f"dropout with seed {seed} in step {step}", made, kept / np.float32(1 - rate), floor=5e-7)
    masks = np.array([network.draw(step) != 0 for step in range(1, 41)])
    near("kept elements", masks.mean(), 1 - rate, np.sqrt(rate * (1 - rate) / masks.size))
    centred = (masks - masks.mean()) / masks.std()
    for what, product in (("steps", centred[1:] * centred[:-1]), ("rows", centred[:, 1:] * centred[:, :-1]),
                          ("elements", centred[..., 1:] * centred[..., :-1])):
        near(f"correlation of neighbouring {what}", product.mean(), 0, 1 / np.sqrt(product.size))
    others = np.array([network.draw(step, seed=1) != 0 for step in range(1, 41)])
    near("kept with two seeds", (masks & others).mean(), (1 - rate)**2, 0.5 / np.sqrt(masks.size))
    equal_bits("a step again", network.draw(3), network.draw(3))
    expect((network.draw(3, rows=4)[:, :] != 0).tolist() == masks[2, :4].tolist(), "rows depend on their number")
    predicted = network.program.predict(np.ones((1, 28, 28), np.uint8))
    evaluated = network.program.evaluate(np.ones((1, 28, 28), np.uint8), [1])
    # The last step's kernel had -4 in the label's column, and moved a little.
    expect(predicted[0, 0] == 1 and abs(evaluated["loss"] - 1e6 - SIZE * 4) < 2, f"inference drops: {evaluated}")


def gradients(compiler):
    """The gradient passes where the element was kept, scaled alike: the mask drawn anew is the same."""
    layers = ["x = Flatten()(i)", "x = Dense(50, name='scale')(x)", "x = tf.keras.layers.Dropout(0.4)(x)"]
    network = Network(compiler, "gradients", layers)
    for relu in (False, True):
        if relu:
            layers.insert(2, "x = ReLU()(x)")
            network = Network(compiler, "gradients_relu", layers)
        for rows in (1, ROWS):
            made = network.draw(5, rows=rows)
            bias = network.program["scale/bias/momentum"] / np.float32(0.1)
            close(f"gradient through dropout, {rows} rows", bias, (made != 0).sum(axis=0) / np.float32(0.6), floor=5e-7)


def several_layers(compiler):
    """Layers draw different numbers: what passes two is what passes either."""
    layer = "x = tf.keras.layers.Dropout(0.5)(x)"
    network = Network(compiler, "several", ["x = Flatten()(i)", layer, layer])
    expect(len(set(network.streams)) == 2, f"streams: {network.streams}")
    masks = np.array([network.draw(step) != 0 for step in range(1, 21)])
    near("kept by two layers", masks.mean(), 0.25, np.sqrt(0.25 * 0.75 / masks.size))


def spatial(compiler):
    """Whole channels, each of its own for each row."""
    network = Network(compiler, "spatial", ["x = tf.keras.layers.SpatialDropout2D(0.3)(i)"], )
    images = np.array([network.draw(step) for step in range(1, 41)])
    expect(all(len(np.unique(row)) == 1 for row in images.reshape(-1, SIZE)), "a channel is partly dropped")
    kept = images[..., 0] != 0
    near("kept channels", kept.mean(), 0.7, np.sqrt(0.21 / kept.size))
    close("kept channels are scaled", images[kept], np.full_like(images[kept], 1 / 0.7), floor=5e-7)


def noise(compiler):
    for name, layer, mean, deviation in (("noise", "GaussianNoise(0.5)", 1, 0.5),
                                         ("gaussian_dropout", "GaussianDropout(0.2)", 1, 0.5)):
        network = Network(compiler, name, ["x = Flatten()(i)", f"x = tf.keras.layers.{layer}(x)"])
        first, second = words(3, 2, network.streams[0], ROWS * SIZE)
        radius = np.sqrt(-2 * np.log(uniform(first) + 2.0**-24))
        normal = (radius * np.cos(2 * np.pi * uniform(second).astype(np.float64))).reshape(ROWS, SIZE)
        close(name, network.draw(2, 3), mean + deviation * normal, floor=5e-6)
        made = np.array([network.draw(step) for step in range(1, 41)])
        count = made.size
        near(f"{name}: mean", made.mean(), mean, deviation / np.sqrt(count))
        near(f"{name}: deviation", made.std(), deviation, deviation / np.sqrt(2 * count))
        z = (made - mean) / deviation
        near(f"{name}: skewness", (z**3).mean(), 0, np.sqrt(15 / count))
        near(f"{name}: kurtosis", (z**4).mean(), 3, np.sqrt(96 / count))
        near(f"{name}: beyond two sigma", (np.abs(z) > 2).mean(), 0.0455, np.sqrt(0.0455 / count))


def same_bits(compiler):
    """For any order and division of the work, and for naive kernels."""
    layers = ["x = Flatten()(i)", "x = tf.keras.layers.Dropout(0.5)(x)", "x = tf.keras.layers.GaussianNoise(0.1)(x)"]
    network = Network(compiler, "bits", layers)
    reference = network.draw(4)
    for seed in range(5):
        network.program.shuffle, network.program.poison = np.random.default_rng(seed), True
        equal_bits(f"order {seed}", network.draw(4), reference)
    network.program.shuffle, network.program.use_reference = None, True
    equal_bits("naive kernels", network.draw(4) != 0, reference != 0)
    close("naive kernels", network.draw(4), reference, floor=5e-7)


def rates(compiler):
    for rate, expected in ((0, 1), (1, 0)):
        network = Network(compiler, f"rate_{rate}", ["x = Flatten()(i)", f"x = tf.keras.layers.Dropout({rate})(x)"])
        equal_bits(f"rate {rate}", network.draw() != 0, np.full((ROWS, SIZE), bool(expected)))


def main(ingotc, folder):
    compiler = Compiler(ingotc, folder)
    known_answers()
    for test in (dropout, gradients, several_layers, spatial, noise, same_bits, rates):
        test(compiler)
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
