"""Writes small CIFAR-10s and CIFAR-100s in every form in which they come, and damaged ones: make_cifar.py FOLDER

The pickles are those of the published archives, opcode by opcode: Python 2 wrote them (protocol 2, str for bytes).
"""

import gzip
import io
import pathlib
import pickle
import random
import struct
import sys
import tarfile

FOLDER = pathlib.Path(sys.argv[1])
random.seed(1)


def samples(count, classes):
    return [(i * 7 % classes, random.randbytes(3072)) for i in range(count)]


def short(text):
    return b"U" + bytes([len(text)]) + text


def put(index):
    return b"r" + struct.pack("<I", index)


def pickled(rows, label_key):
    labels, planes = [label for label, _ in rows], b"".join(pixels for _, pixels in rows)
    array = (b"cnumpy.core.multiarray\n_reconstruct\n" + put(9) + b"cnumpy\nndarray\n" + put(10) + b"K\0\x85" + put(11)
             + short(b"b") + put(12) + b"\x87" + put(13) + b"R" + put(14) + b"(K\x01M" + struct.pack("<H", len(rows))
             + b"M\0\x0c\x86" + put(15) + b"cnumpy\ndtype\n" + put(16) + short(b"u1") + put(17) + b"K\0K\x01\x87" + put(18)
             + b"R" + put(19) + b"(K\x03" + short(b"|") + put(20) + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb\x89T"
             + struct.pack("<I", len(planes)) + planes + put(21) + b"tb")
    numbers = b"".join(b"K" + bytes([label]) for label in labels)
    data = (b"\x80\x02}q\x01(" + short(b"batch_label") + put(2) + short(b"training batch") + put(3)
            + short(label_key) + put(4) + b"]" + put(5) + b"(" + numbers + b"e" + short(b"data") + put(8) + array
            + short(b"filenames") + put(22) + b"]" + put(23) + b"(" + b"".join(short(b"a.png") for _ in rows) + b"eu.")
    # Python itself reads it (and would call what it names).
    class Names(pickle.Unpickler):
        def find_class(self, module, name):
            class Anything:
                def __init__(self, *arguments):
                    pass

                def __setstate__(self, state):
                    self.state = state
            return Anything
    read = Names(io.BytesIO(data), encoding="bytes").load()
    assert read[label_key] == labels and read[b"data"].state[4] == planes
    return data


def records(rows, hundred):
    return b"".join((b"\0" if hundred else b"") + bytes([label]) + pixels for label, pixels in rows)


def archive(path, folder):
    with tarfile.open(path, "w:gz", format=tarfile.USTAR_FORMAT) as tar:
        tar.add(folder, folder.name)


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


batches = {f"data_batch_{i}": samples(13 + i, 10) for i in range(1, 6)} | {"test_batch": samples(20, 10)}
binary = {f"{name}.bin": records(rows, False) for name, rows in batches.items()}
pickles = {name: pickled(rows, b"labels") for name, rows in batches.items()}
bin_folder = write(FOLDER / "bin" / "cifar-10-batches-bin", binary)
write(FOLDER / "flat", binary)
py_folder = write(FOLDER / "py" / "cifar-10-batches-py", pickles)
write(FOLDER / "keras" / "cifar-10-batches-py-target" / "cifar-10-batches-py", pickles)
for name in ("bin_archive", "py_archive", "cut_archive", "bad_archive", "missing", "record", "label", "cut", "more"):
    (FOLDER / name).mkdir(exist_ok=True)
archive(FOLDER / "bin_archive" / "cifar-10-binary.tar.gz", bin_folder)
archive(FOLDER / "py_archive" / "cifar-10-python.tar.gz", py_folder)

split = {"train": samples(40, 100), "test": samples(20, 100)}
write(FOLDER / "hundred_bin" / "cifar-100-binary", {f"{name}.bin": records(rows, True) for name, rows in split.items()})
write(FOLDER / "hundred_py" / "cifar-100-python", {name: pickled(rows, b"fine_labels") for name, rows in split.items()})

packed = (FOLDER / "bin_archive" / "cifar-10-binary.tar.gz").read_bytes()
(FOLDER / "cut_archive" / "cifar-10-binary.tar.gz").write_bytes(packed[:-5000])
(FOLDER / "bad_archive" / "cifar-10-binary.tar.gz").write_bytes(gzip.compress(b"\x01" + gzip.decompress(packed)[1:]))
write(FOLDER / "missing", {name: data for name, data in binary.items() if name != "data_batch_3.bin"})
write(FOLDER / "record", binary | {"data_batch_2.bin": binary["data_batch_2.bin"][:-1]})
write(FOLDER / "label", binary | {"test_batch.bin": b"\x0a" + binary["test_batch.bin"][1:]})
write(FOLDER / "cut", pickles | {"data_batch_4": pickles["data_batch_4"][:-4000]})
write(FOLDER / "more", pickles | {"data_batch_1": pickle.dumps({b"labels": set(), b"data": FOLDER}, 4)})
