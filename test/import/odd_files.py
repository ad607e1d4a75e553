"""Files that are hardly scripts: each gives success or located errors that say what is wrong, in seconds.

usage: odd_files.py INGOT_IMPORT
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIT = b"""import tensorflow as tf
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
model = tf.keras.Sequential([tf.keras.layers.Input(shape=(28, 28)), tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)])
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x_train, y_train)
"""
NO_MODEL = "spec.py:1:1: error: the script makes no model; a program needs a model, model.compile and model.fit"
N = 100_000

# Name: the file, and what stderr begins with or (in a list) holds; None: it compiles.
CASES = {
    "empty": (b"", NO_MODEL),
    "only newlines": (b"\n" * N, NO_MODEL),
    "only a byte order mark": (b"\xef\xbb\xbf", NO_MODEL),
    "byte order mark": (b"\xef\xbb\xbf" + FIT, None),
    "CRLF": (FIT.replace(b"\n", b"\r\n"), None),
    "CR": (FIT.replace(b"\n", b"\r"), None),
    "no last newline": (FIT.rstrip(), None),
    "form feeds": (b"\f" + FIT, None),
    "UTF-16": (b"\xff\xfe" + FIT.decode().encode("utf-16-le"), "spec.py:1:1: error: byte 0xff is not valid UTF-8; save the file as UTF-8"),
    "Latin-1": (FIT + b"name = 'caf\xe9'\n", "spec.py:6:12: error: byte 0xe9 is not valid UTF-8; save the file as UTF-8"),
    "Latin-1 that says so": (b"# -*- coding: latin-1 -*-\nname = 'caf\xe9'\n" + FIT, None),
    "unknown coding": (b"# -*- coding: klingon -*-\n" + FIT, "spec.py:1:15: error: unknown encoding 'klingon'; save the file as UTF-8 and remove this line"),
    "NUL": (FIT + b"x = 1\0\n", "spec.py:6:6: error: the file contains a null byte; a script is text"),
    "an executable": (Path(sys.executable).resolve().read_bytes()[:N], ""),
    "random bytes": (bytes((i * i * 7 + i // 3) % 256 for i in range(N)), ""),
    "a zip archive": (b"PK\x03\x04" + bytes(range(256)) * 20, ""),
    "a notebook": (b'{"cells": [{"cell_type": "code", "source": ["import tensorflow as tf"]}], "nbformat": 4, "metadata": null}\n', "spec.py:1:1: error: this is a notebook, not a script; 'jupyter nbconvert --to script' makes"),
    "a notebook's magic": (b"%matplotlib inline\n!pip install keras\n" + FIT, "spec.py:1:1: error: a notebook's command is not Python; remove this line"),
    "a doctest": (b">>> import tensorflow as tf\n", "spec.py:1:1: error: expected an expression, found '>>'"),
    "a long line": (b"x = [" + b"1, " * N + b"1]\n" + FIT, None),
    "a long wrong line": (b"x = [" + b"1, " * N + b"y]\n" + FIT, "spec.py:1:300006: error: name 'y' is not defined"),
    "a long name": (b"print(" + b"a" * N + b")\n" + FIT, ""),
    "many names": (b"".join(b"a%d = %d\n" % (i, i) for i in range(20000)) + FIT, None),
    "many errors": (b"".join(b"print(b%d)\n" % i for i in range(5000)), "spec.py:1:7: error: name 'b0' is not defined"),
    "deep brackets": (b"x = " + b"[" * 150 + b"]" * 150 + b"\nprint(x)\n" + FIT, None),
    "deeper brackets": (b"x = " + b"[" * 5000 + b"]" * 5000 + b"\n", "spec.py:1:205: error: too many nested brackets (the limit is 200)"),
    "long sum": (b"x = " + b"1 + " * 150 + b"1\nprint(x)\n" + FIT, None),
    "longer than is evaluated": (b"x = " + b"1 + " * 900 + b"1\n" + FIT, "spec.py:1:5: error: expressions and calls are nested more than 200 deep"),
    "longer sum": (b"x = " + b"1 + " * N + b"1\n", "spec.py:1:5: error: this is nested too deeply (the limit is 1000 levels"),
    "many calls": (b"x = f" + b"()" * N, "spec.py:1:5: error: this is nested too deeply (the limit is 1000 levels"),
    "deep list": (b"x = []\nfor i in range(50000):\n    x = [x]\nprint(x)\n" + FIT, None),
    "deep functions": (b"def f0(): return 1\n" + b"".join(b"def f%d(): return f%d()\n" % (i + 1, i) for i in range(200)) + b"print(f200())\n" + FIT, "spec.py:142:20: error: functions call one another more than 60 deep"),
    "deep model": (b"import tensorflow as tf\nx = i = tf.keras.layers.Input(shape=(4,))\nfor _ in range(3000):\n    x = tf.keras.layers.Dense(4)(x)\n"
                   b"model = tf.keras.Model(i, x)\nmodel.compile('adam', 'mse')\nmodel.fit(1, 2)\n", "spec.py:7:11: error: fit's 'x' must be an array of a data set's samples, not an 'int'"),
}


def main():
    failures = 0
    for name, (content, expected) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "spec.py").write_bytes(content)
            begin = time.monotonic()
            run = subprocess.run([str(Path(sys.argv[1]).resolve()), "spec.py"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        seconds = time.monotonic() - begin
        said = run.stderr.decode(errors="replace")
        good = (run.returncode == 0 and "error" not in said) if expected is None else run.returncode == 2 and said.startswith(expected)
        if "--show" in sys.argv or not good or seconds > 5:
            print(f"=== {name}: exit {run.returncode}, {seconds:.1f} s\n{said[:1500]}")
        failures += not good or seconds > 5
    print(f"{len(CASES)} files, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
