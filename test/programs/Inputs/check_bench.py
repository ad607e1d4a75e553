"""Looks at what `bench --json` printed."""

import json
import sys

result = json.load(sys.stdin)
names = [kernel["name"] for kernel in result["kernels"]]
for layer in ("conv2d", "conv2d_1", "dense"):
    assert any(name.split(".")[0] == layer for name in names), names
assert result["peak"]["gflops_per_second"] > 1
for kernel in result["kernels"]:
    # A kernel of few operations may be timed as anything; none is faster than the machine.
    assert kernel["seconds"] >= 0 and kernel["percent_of_peak"] < 130, kernel
step = result["step"]
assert 0 < step["seconds"] < 1 and step["flops"] > 0 and step["seconds_one_thread"] > 0, step
assert result["epoch"]["samples"] == 90 and result["epoch"]["seconds"] > 0, result["epoch"]
