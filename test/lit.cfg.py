"""lit's configuration: where tests are, what %NAMES mean in their RUN lines, and what may be missing."""

import os
import subprocess
import sys

sys.path.insert(0, config.ingot_source + "/test")
from tool_test import ToolTest

SOURCE, BUILD, LLVM = config.ingot_source, config.ingot_build, config.llvm_tools
TESTS = os.path.join(SOURCE, "test")
SHARED = os.path.join(os.path.dirname(SOURCE), "shared")  # large material beside the checkout, if any


def program(name):
    return os.path.join(BUILD, "bin", name)


config.name = "ingot"
config.test_format = ToolTest(execute_external=True)
config.suffixes = [".test", ".mlir"]
config.excludes = ["Inputs", "golden", "results.json"]
config.test_source_root = TESTS
config.test_exec_root = os.path.join(BUILD, "test")

# Every program of the build is %its_name: build/bin/ingot-opt is %ingot_opt. Those that tests name are
# listed, so that a test of a program that was not built fails with the program's path.
names = {"ingotc", "ingot-opt", "ingot-lsp-server", "ingot-reduce", "ingot-python-ast", "ingot-import",
         "ingot-emit-program", "ingot-print-program", "ingot-plan-test", "ingot-runtime-test",
         "ingot-command-test", "ingot-kernel-bench", "ingot-callbacks-test"}
if os.path.isdir(os.path.join(BUILD, "bin")):
    names.update(os.listdir(os.path.join(BUILD, "bin")))
substitutions = {name.replace("-", "_"): program(name) for name in names}

numeric_python = os.path.join(BUILD, "venv-numeric", "bin", "python")
substitutions.update({
    "build": BUILD,
    "source": SOURCE,
    "examples": os.path.join(SOURCE, "examples"),
    "data": os.path.join(TESTS, "numeric", "golden", "data"),  # Fashion-MNIST's files, 90 + 64 images
    "tests": TESTS,
    "exits": os.path.join(TESTS, "exits"),
    "shared": SHARED,
    "python": numeric_python if os.path.exists(numeric_python) else "python3",
    "keras_python": os.path.join(BUILD, "venv-keras", "bin", "python"),
})
# Longest first: %ingot_opt must not be read as %ingot followed by "_opt".
for name in sorted(substitutions, key=len, reverse=True):
    config.substitutions.append((f"%{name}\\b", substitutions[name]))

# FileCheck and its companions are found by PATH, and nothing else of LLVM is: what users lack, tests lack.
llvm_tools = os.path.join(BUILD, "test", "llvm-tools")
os.makedirs(llvm_tools, exist_ok=True)
for name in ("FileCheck", "count", "not", "split-file"):
    if not os.path.lexists(os.path.join(llvm_tools, name)):
        os.symlink(os.path.join(LLVM, name), os.path.join(llvm_tools, name))

# What a test may REQUIRE.
features = config.available_features
if config.ingot_compiler:
    features.add("compiler")
if os.path.exists(os.path.join(BUILD, "venv-keras", "ingot-packages")):
    features.add("keras")  # a virtual environment with the pinned Keras; benchmarks/README.md makes it
if os.path.isdir(SHARED):
    features.add("shared")
if os.geteuid() == 0:
    features.add("root")
if os.path.exists("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz"):
    features.add("fashion_mnist")
with open("/proc/cpuinfo") as file:
    flags = next((line.split() for line in file if line.startswith("flags")), [])
for flag, feature in (("avx2", "avx2"), ("avx512f", "avx512")):
    if flag in flags:
        features.add(feature)
if subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL).returncode == 0:
    features.add("mount")  # may make mounts of its own, as read-only ones

# Nothing of the caller's own settings reaches a test.
config.environment = {"PATH": llvm_tools + ":" + os.environ["PATH"], "HOME": os.path.join(BUILD, "test", "home"),
                      "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": TESTS}
os.makedirs(config.environment["HOME"], exist_ok=True)
