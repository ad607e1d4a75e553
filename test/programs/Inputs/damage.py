"""Copies a data folder in many damaged ways: damage.py DATA FOLDER"""

import gzip
import pathlib
import shutil
import sys

DATA, FOLDER = map(pathlib.Path, sys.argv[1:])
TRAIN, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
TEST, TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"


def copy(name):
    folder = FOLDER / name / "fashion-mnist"
    shutil.copytree(DATA / "fashion-mnist", folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


def rewrite(path, change):
    data = bytearray(gzip.decompress(path.read_bytes()))
    path.write_bytes(gzip.compress(bytes(change(data)), mtime=0))


def put(position, value):
    def change(data):
        data[position] = value
        return data
    return change


file = copy("truncated") / TRAIN
file.write_bytes(file.read_bytes()[:-1000])
rewrite(copy("short") / TRAIN, lambda data: data[:-5])
rewrite(copy("magic") / TEST, put(2, 0x0B))
file = copy("checksum") / LABELS
data = bytearray(file.read_bytes())
data[-8] ^= 1
file.write_bytes(data)
rewrite(copy("size") / TRAIN, lambda data: put(11, 27)(put(15, 28)(data)))
rewrite(copy("labels") / LABELS, put(-1, 10))
folder = copy("count")
rewrite(folder / LABELS, lambda data: put(7, 89)(data)[:-1])
folder = copy("empty")
rewrite(folder / TRAIN, lambda data: put(7, 0)(data)[:16])
rewrite(folder / LABELS, lambda data: put(7, 0)(data)[:8])
folder = copy("plain")
for file in folder.iterdir():
    (folder / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
    file.unlink()
