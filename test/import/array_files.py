"""Files of NumPy that cannot be what a script takes them for, beside all that the front end says of each.

usage: array_files.py INGOT_IMPORT
"""

import io
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SCRIPT = """import numpy as np
from tensorflow import keras
x, y = np.load("x.npy"), np.load("y.npy")
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y)
"""


def npy(descr="'<f4'", shape="(6, 4)", data=bytes(96), order="False", version=1):
    header = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + data


def npz(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name + ".npy", content)
    return file.getvalue()


DAMAGED = "x.npy: its header is damaged; numpy.save writes one"
# What x.npy is, and what is said of it after `spec.py:3:16: error: `; None: all is well.
HEADER = [
    (npy(), None),
    (npy(version=2), None),
    (npy(version=9), "x.npy: version 9 of the .npy format; 1 to 3 can be read"),
    (b"", "x.npy is no .npy file, or cut short; numpy.save writes one"),
    (b"\x93NUMPZ" + npy()[6:], "x.npy is no .npy file, or cut short; numpy.save writes one"),
    (npy()[:40], "x.npy is no .npy file, or cut short; numpy.save writes one"),
    (npy(shape="(-6, 4)"), DAMAGED),
    (npy(shape="(99999999999999999999, 4)"), DAMAGED),
    (npy(shape="(4611686018427387904, 4)"), DAMAGED),
    (npy(shape="(6, four)"), DAMAGED),
    (npy(shape="(6, 4"), DAMAGED),
    (npy(descr="'<\x1b[1m'"), DAMAGED),
    (npy(descr="[('a', '<f4')]"), "x.npy: an array of numbers is needed"),
    (npz(a=npy())[:-30], "x.npy: an archive without arrays, or cut short; numpy.savez writes one"),
    ("folder", "x.npy: is a folder"),
    ("device", "x.npy: is not a regular file"),
    ("absent", "x.npy: No such file or directory"),
    ("loop", "x.npy: Too many levels of symbolic links"),
]
# The same of errors at 3:8, the call.
CALL = [
    (npy(descr="'<c8'", data=bytes(192)), "x.npy: elements of type '<c8' are not supported yet; uint8, int32, int64, float32 and float64 are"),
    (npy(descr="'|O'"), "x.npy: elements of type '|O' are not supported yet; uint8, int32, int64, float32 and float64 are"),
    (npy(order="True"), "x.npy: is in Fortran's order; write it again with numpy.ascontiguousarray"),
    (npy(shape="()", data=bytes(4)), "x.npy: a single number; an array of samples is needed"),
]


# The same where x.npy is right and y.npy is this, at 6:14.
LABELS = [
    (npy("'<f4'", "(6,)", bytes(24)), "the labels must be whole numbers, and these are of float32; write the file again with y.astype(\"int64\")"),
]


def place(what, path):
    if isinstance(what, bytes):
        path.write_bytes(what)
    elif what == "folder":
        path.mkdir()
    elif what == "device":
        path.symlink_to("/dev/zero")
    elif what == "loop":
        path.symlink_to(path)


def said(program, what, labels=npy("'<i8'", "(6,)", struct.pack("<6q", 0, 1, 2, 0, 1, 2**63 - 1))):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "spec.py").write_text(SCRIPT)
        Path(folder, "y.npy").write_bytes(labels)
        place(what, Path(folder, "x.npy"))
        run = subprocess.run([os.path.abspath(program), "spec.py"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             text=True, timeout=20)
    return [line for line in run.stderr.splitlines() if "error: " in line]


def main():
    failures = 0
    for cases, column, end in ((HEADER, 16, " (ingotc reads its header, for shape and type)"), (CALL, 8, "")):
        for what, message in cases:
            first = said(sys.argv[1], what)[:1]
            # y.npy's labels are more than the model has units for, which is said where nothing is wrong with x.npy.
            expected = f"spec.py:3:{column}: error: {message}{end}" if message else "spec.py:4:53: error: the model's output has 3 units"
            if not first or not (first[0] == expected or (not message and first[0].startswith(expected))):
                failures += 1
                print(f"{what[:80]!r}: {first} instead of {expected}")
    for labels, message in LABELS:
        first = said(sys.argv[1], npy(), labels)[:1]
        if first != [f"spec.py:6:14: error: {message}"]:
            failures += 1
            print(f"{labels[:80]!r}: {first} instead of {message}")
    print(f"{len(HEADER) + len(CALL) + len(LABELS)} files, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
