"""Random networks: tuned kernels against reference ones, and against Keras.

    random_networks.py INGOTC FOLDER [--first SEED] [--count N] [--keras PYTHON] [--options "..."]

Each seed makes one spec: image shapes, channel counts, kernel sizes, strides, dilation, groups, padding, depth and
batch size vary. It
is compiled with a reference kernel for every launch. Three training steps, with a full batch, a partial one and one
of a single row, are compared: outputs, loss, gradients, Adam's slots and the updated weights.

Weights and images are such that every forward value is an integer that float32 holds: forward passes then agree to
the bit, no rounding puts a ReLU on the other side of its kink, and what remains is the rounding of sums in the
backward pass. A network that differs is reported by its seed; its spec stays in FOLDER.
"""

import argparse
import pathlib
import subprocess
import sys

import numpy as np

import checking
import program as execution
from checking import close, equal_bits, expect
from compiling import Compiler, spec

SHAPES = [(28, 28, 1), (14, 56, 1), (56, 14, 1), (49, 16, 1), (7, 112, 1), (14, 28, 2), (28, 14, 2), (8, 49, 2),
          (7, 28, 4), (28, 7, 4), (14, 14, 4), (7, 16, 7), (16, 7, 7), (8, 14, 7), (14, 8, 7), (7, 14, 8), (7, 7, 16)]
FILTERS = [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 20, 24, 31, 32, 33, 40, 48, 64]
UNITS = [1, 3, 7, 8, 10, 16, 17, 31, 32, 50, 64, 100, 128, 130]
BATCHES = [1, 2, 3, 5, 7, 8, 12, 16, 17, 31, 32, 33, 64]
MOST_MACS = 400_000  # a sample's, so that reference kernels take no time


class Network:
    """One seed's spec: its layers as Keras spells them, and its batch size."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.seed, self.macs = seed, 0
        self.shape = self.pick(SHAPES)
        self.batch = int(self.pick(BATCHES))
        self.logits = bool(self.rng.integers(2))
        self.layers, shape = ["x = i"], self.shape
        for _ in range(self.rng.integers(0, 6)):
            shape = self.pick([self.convolution, self.convolution, self.convolution, self.transpose, self.pooling,
                               self.depthwise, self.frame, self.branch])(shape)
        self.layers.append("x = Flatten()(x)")
        inputs = int(np.prod(shape))
        for _ in range(self.rng.integers(0, 3)):
            inputs = self.dense(inputs, int(self.pick(UNITS)), self.pick(["relu", "relu", "linear"]))
        self.dense(inputs, 10, "linear" if self.logits else "softmax")
        # TensorFlow's kernels for CPUs have no dilated transposed convolution.
        self.runs_under_keras = not any("Conv2DTranspose" in layer and "dilation_rate" in layer for layer in self.layers)

    def pick(self, choices):
        return choices[self.rng.integers(len(choices))]

    def flag(self, probability):
        return self.rng.random() < probability

    def convolution(self, shape):
        """Adds one if it fits and costs little enough; returns the new shape."""
        filters = int(self.pick(FILTERS))
        kernel = tuple(int(self.pick([1, 2, 3, 3, 4, 5])) for _ in range(2))
        strides = tuple(int(self.pick([1, 1, 2, 2, 3])) for _ in range(2))
        padding = self.pick(["valid", "same"])
        dilation = (1, 1) if max(strides) > 1 or self.flag(0.7) else self.pick([(2, 2), (1, 2), (3, 1), (2, 3)])
        groups = self.pick([g for g in range(1, shape[2] + 1) if shape[2] % g == 0 == filters % g]) if self.flag(0.3) else 1
        extent = tuple((k - 1) * d + 1 for k, d in zip(kernel, dilation))
        if padding == "same":
            output = tuple(-(-size // stride) for size, stride in zip(shape, strides))
        else:
            output = tuple((size - k) // stride + 1 for size, k, stride in zip(shape, extent, strides))
        macs = int(np.prod(output)) * filters * int(np.prod(kernel)) * shape[2] // groups
        if min(output) < 1 or self.macs + macs > MOST_MACS:
            return shape
        self.macs += macs
        more = (f", dilation_rate={dilation}" if max(dilation) > 1 else "") + (f", groups={groups}" if groups > 1 else "")
        self.layers.append(f"x = Conv2D({filters}, {kernel}, strides={strides}, padding='{padding}'{more}"
                           + self.rest(self.pick(["relu", "relu", "linear"])) + ")(x)")
        return output + (filters,)

    def transpose(self, shape):
        """A transposed convolution, under the same conditions."""
        filters = int(self.pick(FILTERS))
        kernel = tuple(int(self.pick([1, 2, 3, 4])) for _ in range(2))
        strides = tuple(int(self.pick([1, 1, 2, 3])) for _ in range(2))
        padding = self.pick(["valid", "same"])
        dilation = (1, 1) if max(strides) > 1 or self.flag(0.7) else self.pick([(2, 2), (1, 2)])
        output = tuple(size * s if padding == "same" else (size - 1) * s + max((k - 1) * d + 1, s)
                       for size, k, s, d in zip(shape, kernel, strides, dilation))
        macs = int(np.prod(shape)) * filters * int(np.prod(kernel))
        if self.macs + macs > MOST_MACS // 2:
            return shape
        self.macs += macs
        more = f", dilation_rate={dilation}" if max(dilation) > 1 else ""
        self.layers.append(f"x = Conv2DTranspose({filters}, {kernel}, strides={strides}, padding='{padding}'{more}"
                           + self.rest(self.pick(["relu", "linear"])) + ")(x)")
        return output + (filters,)

    def windows(self, shape, kernels, strides, square=False):
        """Sizes of a window, its strides and padding, and how many places it has."""
        kernel = tuple(int(self.pick(kernels)) for _ in range(2))
        strides = tuple(int(self.pick(strides)) for _ in range(2))
        strides = (strides[0], strides[0]) if square else strides
        padding = self.pick(["valid", "same"])
        if padding == "same":
            return kernel, strides, padding, tuple(-(-size // stride) for size, stride in zip(shape, strides))
        return kernel, strides, padding, tuple((size - k) // stride + 1
                                               for size, k, stride in zip(shape, kernel, strides))

    def pooling(self, shape):
        """Averages of 1, 2 or 4 elements, so that they stay exact; any window of maxima."""
        average = self.flag(0.4)
        window, strides, padding, output = self.windows(shape, [1, 2, 2] if average else [1, 2, 2, 3, 4], [1, 2, 2, 3])
        if min(output) < 1:
            return shape
        self.layers.append(f"x = {'AveragePooling2D' if average else 'MaxPooling2D'}({window}, strides={strides}, "
                           f"padding='{padding}')(x)")
        return output + shape[2:]

    def depthwise(self, shape):
        """Keras on TensorFlow has equal strides only."""
        kernel, strides, padding, output = self.windows(shape, [1, 2, 3, 3, 4, 5], [1, 1, 2, 3], square=True)
        multiplier = int(self.pick([1, 1, 1, 2, 3, 4]))
        macs = int(np.prod(output)) * shape[2] * multiplier * int(np.prod(kernel))
        if min(output) < 1 or self.macs + macs > MOST_MACS or shape[2] * multiplier > 128:
            return shape
        self.macs += macs
        self.layers.append(f"x = DepthwiseConv2D({kernel}, strides={strides}, padding='{padding}', "
                           f"depth_multiplier={multiplier}" + self.rest(self.pick(["relu", "linear"])) + ")(x)")
        return output + (shape[2] * multiplier,)

    def frame(self, shape):
        """Padding or cropping of the image's edges."""
        pads = self.flag(0.5)
        edges = tuple(tuple(int(self.pick([0, 0, 1, 2])) for _ in range(2)) for _ in range(2))
        output = tuple(size + (sum(edge) if pads else -sum(edge)) for size, edge in zip(shape, edges))
        if min(output) < 1:
            return shape
        self.layers.append(f"x = {'ZeroPadding2D' if pads else 'Cropping2D'}({edges})(x)")
        return output + shape[2:]

    def branch(self, shape):
        """Puts the output of a convolution beside its input, or maxima of it."""
        filters, kernel = int(self.pick(FILTERS[:12])), int(self.pick([1, 2, 3]))
        macs = int(np.prod(shape)) * filters * kernel * kernel
        if self.macs + macs > MOST_MACS or shape[2] > 64:
            return shape
        self.macs += macs
        other = self.pick(["x", "MaxPooling2D(2, strides=1, padding='same')(x)"])
        parts = [f"Conv2D({filters}, {kernel}, padding='same'" + self.rest(self.pick(["relu", "linear"])) + ")(x)", other]
        if self.flag(0.5):
            parts.reverse()
        self.layers.append(f"x = Concatenate()([{', '.join(parts)}])")
        return shape[:2] + (shape[2] + filters,)

    def dense(self, inputs, units, activation):
        self.layers.append(f"x = Dense({units}" + self.rest(activation) + ")(x)")
        return units

    def rest(self, activation):
        text = "" if activation == "linear" else f", activation='{activation}'"
        return text + ("" if self.flag(0.8) else ", use_bias=False")

    def text(self):
        rate = self.pick(["0.001", "0.01"])
        return spec(self.layers, shape=(-1,) + self.shape, batch=self.batch,
                    optimizer=self.pick(['"adam"', f"tf.keras.optimizers.Adam(learning_rate={rate})"]),
                    loss=f"tf.keras.losses.SparseCategoricalCrossentropy(from_logits={self.logits})")

    def samples(self):
        """More images than a batch holds; pixels 0, 1, 2."""
        count = self.batch + 3
        return self.rng.integers(0, 3, (count, 28, 28), dtype=np.uint8), self.rng.integers(0, 10, count, dtype=np.uint8)

    def weights(self, shapes):
        """-1, 0 and 1, about four of them not 0 for each output; of the last layer smaller, for logits of some units."""
        weights = {}
        for name, shape in shapes.items():
            if len(shape) == 1:
                weights[name] = self.rng.integers(-1, 2, shape).astype(np.float32)
            else:
                # A transposed convolution's last dimension is the one that it sums over, a depthwise one sums no channels.
                summed = (shape[:-2] + shape[-1:] if "transpose" in name else
                          shape[:2] if "depthwise" in name else shape[:-1])
                density = min(1.0, 4 / np.prod(summed))
                signs = self.rng.choice(np.float32([-1, 1]), shape)
                weights[name] = signs * (self.rng.random(shape) < density)
        last = next(name for name in reversed(list(shapes)) if name.endswith("/kernel"))
        weights[last] = weights[last] * np.float32(2.0**-4)
        return weights


def adam_update(program, before):
    """What the weights must be, by the formula, given the program's own slots after the step."""
    step, rate = program.state.step, program.state.learning_rate
    rate = rate * np.sqrt(1 - float(np.float32(0.999))**step) / (1 - float(np.float32(0.9))**step)
    for name, weight in before.items():
        momentum, velocity = (program[f"{name}/{slot}"].astype(np.float64) for slot in ("momentum", "velocity"))
        yield name, weight - rate * momentum / (np.sqrt(velocity) + 1e-7)


def train(program, network, weights, samples, **how):
    """The three steps; yields what each computes. Slots carry over, weights are set anew."""
    images, labels = samples
    program.use_reference, program.shuffle, program.poison = (how.get("reference", False), how.get("shuffle"),
                                                              how.get("poison", False))
    program.reset(weights[0])
    rng = np.random.default_rng(network.seed)
    for values, count in zip(weights, (network.batch, max(1, network.batch * 2 // 3), 1)):
        for name, value in values.items():
            program[name] = value
        rows = rng.permutation(len(images))[:count]
        results = {"evaluate": program.step(execution.EVALUATE, images, labels, rows)}
        if execution.PREDICT in program.entries:
            results["predict"] = program.step(execution.PREDICT, images, rows=rows)
        results["train"] = program.train_step(images, labels, rows)
        results["slots"] = program.weights(execution.SLOT)
        results["weights"] = program.weights(execution.TRAINABLE)
        results["updated"] = dict(adam_update(program, values))
        results["padding"] = program.padding()
        yield rows, results


def same_bits(label, one, other):
    for kind in one:
        if isinstance(one[kind], dict):
            for name in one[kind]:
                equal_bits(f"{label} {kind} {name}", one[kind][name], other[kind][name])
        else:
            equal_bits(f"{label} {kind}", one[kind], other[kind])


def compare(label, tuned, reference):
    for kind in ("evaluate", "train"):
        for name, value in reference[kind].items():
            close(f"{label} {kind} {name}", tuned[kind][name], value, floor=2e-6)
    if "predict" in reference:
        close(f"{label} predict", tuned["predict"], reference["predict"], floor=2e-6)
    for name, value in reference["slots"].items():
        close(f"{label} slot {name}", tuned["slots"][name], value, keras_float32=1e-12, floor=1e-5)
    for results in (tuned, reference):
        for name, value in results["updated"].items():
            # A weight's own rounding, and of the step that of a few operations.
            close(f"{label} update of {name}", results["weights"][name], value, floor=3e-7)
        expect(not results["padding"].any(), f"{label}: padded lanes of parameters are not zero")


def check(compiler, seed, options):
    """Compiles one network and compares; returns what Keras needs for the same."""
    network = Network(seed)
    source = compiler.write(f"network_{seed}", network.text())
    program = compiler.program(source, "--with-reference", *options)
    shapes = {name: value.shape for name, value in program.weights(execution.TRAINABLE).items()}
    weights, samples = [network.weights(shapes) for _ in range(3)], network.samples()
    tuned = list(train(program, network, weights, samples))
    reference = list(train(program, network, weights, samples, reference=True))
    shuffled = list(train(program, network, weights, samples, shuffle=np.random.default_rng(seed), poison=True))
    for step in range(3):
        label = f"seed {seed} step {step + 1}"
        compare(label, tuned[step][1], reference[step][1])
        same_bits(f"{label}, launches in another order, memory poisoned:", shuffled[step][1], tuned[step][1])
    rows, first = tuned[0]
    if not network.runs_under_keras:
        return None
    return {"source": str(source), "images": samples[0], "labels": samples[1], "rows": rows, "weights": weights[0],
            "loss": first["train"]["loss"],
            "gradients": {name.removesuffix("/momentum"): value * np.float32(10)
                          for name, value in first["slots"].items() if name.endswith("/momentum")}}


def check_with_keras(python, folder, jobs):
    """Runs all specs in one process of Keras; compares the first step's loss and gradients."""
    for seed, job in jobs.items():
        np.savez(folder / f"network_{seed}.npz", images=job["images"], labels=job["labels"], rows=job["rows"],
                 **{f"weight:{name}": value for name, value in job["weights"].items()})
    peer = pathlib.Path(__file__).with_name("keras_gradients.py")
    subprocess.run([python, str(peer), *(str(folder / f"network_{seed}.py") for seed in jobs)], check=True)
    for seed, job in jobs.items():
        with np.load(folder / f"network_{seed}.keras.npz") as expected:
            close(f"seed {seed}: Keras's loss", job["loss"], expected["loss"], floor=2e-6)
            for name, value in job["gradients"].items():
                close(f"seed {seed}: Keras's gradient of {name}", value, expected[f"gradient:{name}"],
                      keras_float32=1e-11, floor=1e-5)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ingotc")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--keras", metavar="PYTHON", help="of an environment with Keras")
    parser.add_argument("--options", default="", help="more options of ingotc")
    args = parser.parse_args()
    compiler, jobs = Compiler(args.ingotc, args.folder), {}
    for seed in range(args.first, args.first + args.count):
        before = len(checking.failures)
        job = check(compiler, seed, args.options.split())
        if len(checking.failures) > before:
            print(f"seed {seed} differs: {args.folder}/network_{seed}.py", flush=True)
        if args.keras and job:
            jobs[seed] = job
        for suffix in (".o", ".o.so"):
            (args.folder / f"network_{seed}{suffix}").unlink(missing_ok=True)
    if args.keras:
        check_with_keras(args.keras, args.folder, jobs)
    checking.finish()


if __name__ == "__main__":
    sys.exit(main())
