"""Interrupts a training that would last for hours: interrupt.py EXECUTABLE DATA FOLDER"""

import json
import os
import signal
import subprocess
import sys
import time

executable, data, folder = sys.argv[1:]
os.chdir(folder)
for name in ("fashion_cnn.ckpt", "fashion_cnn.ckpt.1"):
    if os.path.exists(name):
        os.remove(name)
process = subprocess.Popen([executable, "train", "--data-dir", data, "--epochs", "1000000", "--progress=line"],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
lines = []
while sum("val_loss" in line for line in lines) < 2:
    line = process.stdout.readline()
    assert line, f"training ended by itself: {lines}"
    lines.append(line)
process.send_signal(signal.SIGINT)
began = time.monotonic()
rest = process.communicate(timeout=60)[0]
assert process.returncode == 130, (process.returncode, rest)
assert time.monotonic() - began < 10, "it took long to stop"
assert "fashion_cnn.ckpt" in rest, f"nothing says where the weights are: {rest[-500:]}"
evaluated = json.loads(subprocess.check_output([executable, "evaluate", "--data-dir", data, "--json"]))
assert 0 < evaluated["loss"] < 10, evaluated
predicted = json.loads(subprocess.check_output([executable, "predict", "--data-dir", data, "--json"]))
assert len(predicted) == 64
