"""Inputs at and beyond the parser's limits: each must give a tree or one located error, never a crash.

usage: limits.py INGOT_PYTHON_AST
"""

import subprocess
import sys
import tempfile

N = 100_000
CASES = {
    "x = " + "(" * 199 + "1" + ")" * 199 + "\n": None,
    "x = " + "(" * N + "1" + ")" * N + "\n": "too many nested brackets",
    "x = " + "[" * N + "\n": "too many nested brackets",
    "x = " + "-" * N + "1\n": "nested too deeply",
    "x = " + "not " * N + "1\n": "nested too deeply",
    "x = " + "1 ** " * N + "1\n": "nested too deeply",
    "x = " + "lambda: " * N + "1\n": "nested too deeply",
    "x = " + "1 if 1 else " * N + "1\n": "nested too deeply",
    "x = " + "1 + " * 900 + "1\n": None,
    "x = " + "1 + " * N + "1\n": "nested too deeply",
    "x = a" + ".b" * N + "\n": "nested too deeply",
    "x = a" + "()" * N + "\n": "nested too deeply",
    "x = " + "a and " * N + "a\n": None,
    "x = " + "a < " * N + "a\n": None,
    "if a: pass\n" + "elif a: pass\n" * N: "nested too deeply",
    "".join(" " * i + "if a:\n" for i in range(99)) + " " * 99 + "pass\n": None,
    "".join(" " * i + "if a:\n" for i in range(2000)) + " " * 2000 + "pass\n": "too many levels of indentation",
    "match a:\n case " + "[" * 150 + "]" * 150 + ": pass\n": None,
    "match a:\n case a" + ".b" * N + ": pass\n": "nested too deeply",
    "x = 0x" + "f" * N + "\n": None,
    "x = " + "1" * 4300 + "\n": None,
    "x = " + "1" * 4301 + "\n": "more than 4300",
    "x = f'" + "{" * N + "'\n": None,
    "x = f'{" + "(" * N + "'\n": "too many nested brackets in an f-string",
    "x = '" + "a" * N + "\n": "unterminated string",
    "(\n" * N: "too many nested brackets",
    ")\n" * N: "unmatched ')'",
    "x y\n" * N: "too many errors",
    "'a' " * N + "\n": None,
    "x = " + "{1: " * 150 + "1" + "}" * 150 + "\n": None,
}


def main():
    failures = 0
    for text, expected in CASES.items():
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write(text)
            file.flush()
            run = subprocess.run([sys.argv[1], file.name], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        good = (run.returncode == 1 and expected in run.stderr) if expected else run.returncode == 0
        if not good:
            failures += 1
            print(f"{text[:40]!r}...: exit {run.returncode}, expected {expected!r}\n{run.stderr[:500]}")
    print(f"{len(CASES)} limits, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
