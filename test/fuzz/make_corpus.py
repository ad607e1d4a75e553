"""First inputs of the fuzzers that read files: one small file of each format.

usage: make_corpus.py FOLDER, which gets the folders data and checkpoint.
"""

import gzip
import io
import json
import pickle
import struct
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

PICTURE = Path(__file__).parent.parent / "numeric" / "golden" / "jpeg" / "picture.jpg"


def npy(dtype, shape, data, version=1):
    text = str({"descr": dtype, "fortran_order": False, "shape": shape}).encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text + data


def png(width, height, kind, channels):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    rows = b"".join(b"\0" + bytes(range(width * channels)) for _ in range(height))
    palette = chunk(b"PLTE", bytes(range(48))) if kind == 3 else b""
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)) + palette +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def archive(name, content, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as members:
        members.writestr(name, content)
    return file.getvalue()


def tar(name, content):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as members:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        members.addfile(info, io.BytesIO(content))
    return file.getvalue()


def safetensors(tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def main():
    idx = b"\0\0\x08\x03" + struct.pack(">III", 2, 3, 2) + bytes(12)
    batch = {b"data": [1, 2.5, None, True, "text", b"bytes", (1, 2), [3], {4: 5}], b"labels": [1, 2, 3], b"n": -70000, b"m": 2 ** 40}
    data = {
        "idx": b"i" + idx,
        "npy_u1": b"n" + npy("|u1", (2, 3), bytes(6)),
        "npy_f4": b"n" + npy("<f4", (2,), bytes(8), 2),
        "npz": b"z" + archive("x_train.npy", npy("<i8", (2,), bytes(16))),
        "npz_stored": b"z" + archive("x_train.npy", npy("<i4", (), bytes(4)), zipfile.ZIP_STORED),
        "tar": b"t" + tar("folder/data_batch_1.bin", bytes(700)),
        "gzip": b"g" + gzip.compress(idx, mtime=0),
        "png_rgb": b"c" + png(4, 3, 2, 3),
        "png_alpha": b"c" + png(4, 3, 6, 4),
        "png_palette": b"m" + png(4, 3, 3, 1),
        "png_gray": b"m" + png(4, 3, 0, 1),
        "jpeg": b"c" + PICTURE.read_bytes(),
        "jpeg_gray": b"m" + PICTURE.read_bytes(),
    }
    for protocol in range(6):
        data[f"pickle_{protocol}"] = b"p" + pickle.dumps(batch, protocol)
    checkpoint = {
        "empty": safetensors({}, {}),
        "two": safetensors({"a": ("F32", [2, 3], bytes(24)), "b": ("I64", [1], bytes(8))}, {"format": "pt", "epoch": "3"}),
        "scalar": safetensors({"a": ("BF16", [], bytes(2)), "none": ("F64", [0, 4], b"")}, {}),
    }
    for folder, files in (("data", data), ("checkpoint", checkpoint)):
        Path(sys.argv[1], folder).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            Path(sys.argv[1], folder, name).write_bytes(content)


if __name__ == "__main__":
    main()
