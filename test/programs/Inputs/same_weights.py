"""Fails unless all weight files of a folder hold the same tensors, bit for bit: same_weights.py FOLDER"""

import pathlib
import sys

from safetensors.numpy import load_file

files = sorted(pathlib.Path(sys.argv[1]).glob("*.safetensors"))
assert len(files) >= 2, files
first = load_file(files[0])
for path in files[1:]:
    other = load_file(path)
    assert list(other) == list(first), (path, list(other))
    for name, value in first.items():
        assert value.tobytes() == other[name].tobytes(), f"{path}: {name} differs from {files[0]}"
