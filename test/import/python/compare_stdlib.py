"""Compares ingot-python-ast with CPython's ast on every file of Python 3.11's standard library.

usage: python3.11 compare_stdlib.py INGOT_PYTHON_AST [FOLDER]
"""

import os
import subprocess
import sys
import sysconfig
import warnings

from dump_ast import Dumper


def sources(folder):
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - {"site-packages", "dist-packages"})
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.join(place, name)


def first_difference(theirs, ours):
    for number, (a, b) in enumerate(zip(theirs.split(b"\n"), ours.split(b"\n")), 1):
        if a != b:
            return f"line {number}:\n  ast:   {a.decode(errors='replace')}\n  ingot: {b.decode(errors='replace')}"
    return "one is longer"


def main():
    tool, folder = sys.argv[1], (sys.argv[2:] + [sysconfig.get_path("stdlib")])[0]
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(10000)
    paths = list(sources(folder))
    dumper = Dumper()
    equal = refused = different = 0
    process = subprocess.Popen([tool, "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for path in paths:
        process.stdin.write(path.encode() + b"\n")
        process.stdin.flush()
        length = int(process.stdout.readline().split(b" ", 1)[0] or -2)
        ours = process.stdout.read(length) if length >= 0 else None
        with open(path, "rb") as file:
            data = file.read()
        try:
            theirs, why = dumper.dump(data), ""
        except (SyntaxError, ValueError) as error:
            theirs, why = None, str(error)
        if theirs is None and ours is None:
            refused += 1
        elif theirs is not None and theirs == ours:
            equal += 1
        else:
            different += 1
            if theirs is None:
                print(f"{path}: accepted, but ast says: {why}")
            elif ours is None:
                print(f"{path}: refused")
            else:
                print(f"{path}: {first_difference(theirs, ours)}")
    process.stdin.close()
    process.wait()
    print(f"{len(paths)} files: {equal} equal, {refused} refused by both, {different} different")
    return 1 if different or len(paths) < 1000 and len(sys.argv) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
