"""Writes the arrays that np_load.py loads, and others: make_arrays.py FOLDER"""

import pathlib
import sys

import numpy as np

FOLDER = pathlib.Path(sys.argv[1])
random = np.random.default_rng(1)
x = random.random((50, 6, 7), dtype=np.float32)
y = np.arange(50) % 5
more = {"y": y, "x_test": random.integers(0, 256, (20, 6, 7), dtype=np.uint8), "y_test": (np.arange(20) % 5).astype(np.int32)}
for name, dtype in (("f4", np.float32), ("f8", np.float64)):
    (FOLDER / name).mkdir(parents=True, exist_ok=True)
    np.save(FOLDER / name / "x.npy", x.astype(dtype))
    (np.savez if dtype == np.float32 else np.savez_compressed)(FOLDER / name / "more.npz", **more)
for name in ("cut", "count", "shape", "label"):
    (FOLDER / name).mkdir(exist_ok=True)
    np.save(FOLDER / name / "x.npy", x)
    np.savez(FOLDER / name / "more.npz", **more)
file = FOLDER / "cut" / "x.npy"
file.write_bytes(file.read_bytes()[:-100])
np.save(FOLDER / "count" / "x.npy", x[:40])
np.save(FOLDER / "shape" / "x.npy", x[:, :5])
np.savez(FOLDER / "label" / "more.npz", **more | {"y": y + 1})
np.save(FOLDER / "fortran.npy", np.asfortranarray(x))
np.save(FOLDER / "half.npy", x.astype(np.float16))
np.save(FOLDER / "gaps.npy", y * 2)
(FOLDER / "text.npy").write_text("no array")
