"""Runs the steps of a compiled program one by one, from its object file: what the runtime does, in a few lines.

An object of `ingotc --emit=obj` is linked into a shared object and loaded; its launch tables are those of
runtime/ABI/Program.h, which the structures below repeat. This executor knows the header and nothing else of the
runtime, so it also tests the tables themselves: it can run launches in any order that their dependencies allow,
cut their grids anywhere, and poison whatever a step may not read.
"""

import ctypes
import subprocess
from ctypes import POINTER, c_char_p, c_double, c_float, c_int32, c_int64, c_uint32, c_uint64, c_void_p

import numpy as np

ABI_VERSION = 4
MAX_RANK = 8
ARENA, STEP_STATE, SAMPLES, ORDER = range(4)
TRAIN, EVALUATE, PREDICT = range(3)
TRAINABLE, NON_TRAINABLE, SLOT = range(3)
INIT_ZEROS, INIT_CONSTANT, INIT_UNIFORM = 0, 2, 3
ELEMENTS = [np.uint8, np.int32, np.int64, np.float32, np.float64]
ALIGNMENT = 2 << 20

Kernel = ctypes.CFUNCTYPE(None, POINTER(c_void_p), c_int64, c_int64)


class StepState(ctypes.Structure):
    _fields_ = [("valid_count", c_int64), ("step", c_int64), ("epoch", c_int64), ("seed", c_uint64),
                ("learning_rate", c_float), ("reserved", c_float * 7)]


class Buffer(ctypes.Structure):
    _fields_ = [("space", c_uint32), ("access", c_uint32), ("offset", c_uint64), ("bytes", c_uint64),
                ("row_bytes", c_uint64)]


class Launch(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("schedule", c_char_p), ("kernel", c_void_p), ("reference", c_void_p),
                ("buffers", POINTER(Buffer)), ("after", POINTER(c_uint32)), ("buffer_count", c_uint32),
                ("after_count", c_uint32), ("grid", c_int64), ("flops", c_uint64), ("bytes", c_uint64)]


class Metric(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("offset", c_uint64)]


class Entry(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("kind", c_uint32), ("launch_count", c_uint32), ("launches", POINTER(Launch)),
                ("metrics", POINTER(Metric)), ("metric_count", c_uint32), ("output_rank", c_uint32),
                ("output_shape", c_int64 * MAX_RANK), ("output_offset", c_uint64), ("images", c_int32),
                ("labels", c_int32)]


class Parameter(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("role", c_uint32), ("rank", c_uint32), ("shape", c_int64 * MAX_RANK),
                ("block", c_int64), ("offset", c_uint64), ("bytes", c_uint64), ("initializer", c_uint32),
                ("reserved", c_uint32), ("a", c_double), ("b", c_double), ("stream", c_uint64)]


class Array(ctypes.Structure):
    _fields_ = [("source", c_char_p), ("key", c_char_p), ("split", c_uint32), ("element", c_uint32),
                ("rank", c_uint32), ("classes", c_uint32), ("shape", c_int64 * MAX_RANK), ("reader", c_void_p),
                ("options", c_char_p)]


class Description(ctypes.Structure):
    _fields_ = [("abi_version", c_uint32), ("batch", c_uint32), ("name", c_char_p), ("spec", c_char_p),
                ("spec_digest", c_char_p), ("compiler", c_char_p), ("target_cpu", c_char_p),
                ("target_features", c_char_p), ("schedule_hash", c_char_p), ("model_name", c_char_p),
                ("arena_bytes", c_uint64), ("state_bytes", c_uint64), ("learning_rate", c_double),
                ("parameters", POINTER(Parameter)), ("layers", c_void_p), ("arrays", POINTER(Array)),
                ("entries", POINTER(Entry)), ("fits", c_void_p), ("evaluations", c_void_p), ("script", c_void_p),
                ("callbacks", c_void_p),
                ("parameter_count", c_uint32), ("layer_count", c_uint32), ("array_count", c_uint32),
                ("entry_count", c_uint32), ("fit_count", c_uint32), ("evaluation_count", c_uint32),
                ("script_count", c_uint32), ("callback_count", c_uint32), ("keras", c_void_p)]


class Program:
    """A loaded program with an arena of its own. Its weights are undefined until they are set."""

    def __init__(self, object_path, linker="ld.lld-22"):
        library = f"{object_path}.so"
        # Readers are the runtime's; here samples are given.
        readers = [f"--defsym=ingot_read_{name}=0" for name in ("idx", "cifar", "numpy", "image_folder")]
        readers.append("--defsym=ingot_keras_files=0")
        subprocess.run([linker, "-shared", *readers, "-o", library, str(object_path)], check=True)
        self.library = ctypes.CDLL(library)
        self.program = Description.in_dll(self.library, "ingot_program")
        if self.program.abi_version != ABI_VERSION:
            raise SystemExit(f"program.py knows version {ABI_VERSION} of the ABI; {object_path} is of version "
                             f"{self.program.abi_version}: bring the structures above up to date")
        self.batch = self.program.batch
        self.parameters = {self.program.parameters[i].name.decode(): self.program.parameters[i]
                           for i in range(self.program.parameter_count)}
        self.entries = {}  # the first of each kind
        for i in range(self.program.entry_count):
            self.entries.setdefault(self.program.entries[i].kind, self.program.entries[i])
        self.memory = np.zeros(self.program.arena_bytes + ALIGNMENT, np.uint8)
        start = -self.memory.ctypes.data % ALIGNMENT
        self.arena = self.memory[start:start + self.program.arena_bytes]
        self.state = StepState(step=0, learning_rate=self.program.learning_rate)
        self.order = np.zeros(self.batch, np.int32)
        self.use_reference = False  # run each launch's naive kernel (compiled with --with-reference)
        self.shuffle = None         # a numpy Generator: launches in a random order, grids cut at random
        self.poison = False         # NaN in all of the arena that is not a parameter, before each step

    # --- parameters: logical arrays in Keras's shapes ---------------------------------------------------

    def floats(self, offset, count):
        return self.arena[offset:offset + 4 * count].view(np.float32)

    def weights(self, role=None):
        """The values of all parameters (of one role) by name."""
        return {name: self[name] for name, p in self.parameters.items() if role is None or p.role == role}

    def __getitem__(self, name):
        p = self.parameters[name]
        shape = tuple(p.shape[:p.rank])
        stored = self.floats(p.offset, p.bytes // 4)
        if not p.block:
            return stored[:int(np.prod(shape))].reshape(shape).copy()
        outer, last = shape[:-1], shape[-1]
        blocks = stored.reshape((-(-last // p.block),) + outer + (p.block,))
        return np.moveaxis(blocks, 0, -2).reshape(outer + (-1,))[..., :last].copy()

    def __setitem__(self, name, value):
        p = self.parameters[name]
        shape = tuple(p.shape[:p.rank])
        value = np.asarray(value, np.float32)
        if value.shape != shape:
            raise ValueError(f"{name} has shape {shape}, not {value.shape}")
        stored = self.floats(p.offset, p.bytes // 4)
        stored[:] = 0
        if not p.block:
            stored[:value.size] = value.ravel()
            return
        outer, last = shape[:-1], shape[-1]
        count = -(-last // p.block)
        padded = np.zeros(outer + (count * p.block,), np.float32)
        padded[..., :last] = value
        stored[:] = np.moveaxis(padded.reshape(outer + (count, p.block)), -2, 0).ravel()

    def padding(self):
        """The lanes beyond the logical shapes of all parameters: zero, and must stay zero."""
        before = self.arena[:self.program.state_bytes].copy()
        for name, value in self.weights().items():
            self[name] = np.ones_like(value)
        lanes = [before[p.offset:p.offset + p.bytes].view(np.float32)[self.floats(p.offset, p.bytes // 4) == 0]
                 for p in self.parameters.values()]
        self.arena[:self.program.state_bytes] = before
        return np.concatenate(lanes)

    def reset(self, weights):
        """Sets the weights, clears the optimizer's state."""
        for name, p in self.parameters.items():
            self[name] = np.full(p.shape[:p.rank], self.initial(p)) if p.role == SLOT else weights[name]
        self.state.step = 0

    @staticmethod
    def initial(parameter):
        """What a slot holds at first."""
        return parameter.a if parameter.initializer == INIT_CONSTANT else 0

    # --- steps ------------------------------------------------------------------------------------------

    def sample_array(self, entry, index, values):
        """`values` as the step's kernels read them: in the source's type and shape, contiguous."""
        description = self.program.arrays[index]
        shape = tuple(description.shape[:description.rank])
        values = np.ascontiguousarray(values, ELEMENTS[description.element])
        if values.shape[1:] != shape:
            raise ValueError(f"{entry.name.decode()} reads samples of shape {shape}, not {values.shape[1:]}")
        return values

    def step(self, kind, images, labels=None, rows=None):
        """Runs one entry on the samples that `rows` names (all, unless given); returns its metrics by name,
        or a prediction's output [rows, ...]."""
        entry = self.entries[kind]
        images = self.sample_array(entry, entry.images, images)
        samples = [images]
        if entry.labels >= 0:
            samples.append(self.sample_array(entry, entry.labels, labels))
        rows = np.arange(len(images)) if rows is None else np.asarray(rows)
        assert 0 < len(rows) <= self.batch
        self.order[:] = 0
        self.order[:len(rows)] = rows
        self.state.valid_count = len(rows)
        if kind == TRAIN:
            self.state.step += 1
        if self.poison:
            self.floats(self.program.state_bytes,
                        (self.program.arena_bytes - self.program.state_bytes) // 4)[:] = np.nan
        for launch in self.in_order(entry):
            self.run(launch, samples)
        if kind == PREDICT:
            shape = (self.batch,) + tuple(entry.output_shape[:entry.output_rank])
            return self.floats(entry.output_offset, int(np.prod(shape))).reshape(shape)[:len(rows)].copy()
        return {entry.metrics[i].name.decode(): float(self.floats(entry.metrics[i].offset, 1)[0])
                for i in range(entry.metric_count)}

    def train_step(self, images, labels, rows=None):
        return self.step(TRAIN, images, labels, rows)

    def evaluate(self, images, labels):
        """Means over all samples, batch by batch as Keras forms them."""
        sums = {}
        for first in range(0, len(images), self.batch):
            rows = np.arange(first, min(first + self.batch, len(images)))
            for name, value in self.step(EVALUATE, images, labels, rows).items():
                sums[name] = sums.get(name, 0.0) + value * len(rows)
        return {name: total / len(images) for name, total in sums.items()}

    def predict(self, images):
        return np.concatenate([self.step(PREDICT, images, rows=np.arange(first, min(first + self.batch, len(images))))
                               for first in range(0, len(images), self.batch)])

    def gradients(self, beta_1=0.9):
        """After Adam's first step from cleared slots, where momentum = (1 - beta_1) * gradient."""
        assert self.state.step == 1
        suffix = "/momentum"
        return {name[:-len(suffix)]: value / np.float32(1 - beta_1)
                for name, value in self.weights(SLOT).items() if name.endswith(suffix)}

    def in_order(self, entry):
        launches = [entry.launches[i] for i in range(entry.launch_count)]
        if self.shuffle is None:
            return launches
        done, order, waiting = set(), [], list(range(len(launches)))
        while waiting:
            ready = [i for i in waiting if all(launches[i].after[k] in done for k in range(launches[i].after_count))]
            chosen = int(self.shuffle.choice(ready))
            waiting.remove(chosen)
            done.add(chosen)
            order.append(launches[chosen])
        return order

    def run(self, launch, samples):
        bases = {ARENA: self.arena.ctypes.data, STEP_STATE: ctypes.addressof(self.state), ORDER: self.order.ctypes.data}
        pointers = (c_void_p * max(1, launch.buffer_count))()
        for i in range(launch.buffer_count):
            buffer = launch.buffers[i]
            if buffer.space == SAMPLES:
                pointers[i] = samples[buffer.offset].ctypes.data
            else:
                pointers[i] = bases[buffer.space] + buffer.offset
        # A launch whose schedule is the reference has one kernel.
        tuned = not launch.schedule.startswith(b"reference")
        address = launch.reference if self.use_reference and tuned else launch.kernel
        if not address:
            raise ValueError(f"{launch.name.decode()} has no reference kernel")
        kernel = Kernel(address)
        if self.shuffle is None or launch.grid < 2:
            kernel(pointers, 0, launch.grid)
            return
        cuts = np.unique(self.shuffle.integers(0, launch.grid + 1, 3))
        ranges = list(zip([0, *cuts], [*cuts, launch.grid]))
        self.shuffle.shuffle(ranges)
        for begin, end in ranges:
            if begin < end:
                kernel(pointers, int(begin), int(end))
