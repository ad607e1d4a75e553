"""Wrong scripts beside everything that the front end says of them.

usage: wrong_specs.py INGOT_IMPORT FILE.test [--update]

A file holds sections: a line `=== what is wrong`, the script, a line `---`, and the whole output. Each script is run
as spec.py in a folder of its own. With --update the file is rewritten with what is said today, to be judged by eye.
"""

import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SECTION = re.compile(r"^=== (.*)\n((?:(?!===|---).*\n)*)---\n((?:(?!=== ).*\n)*)", re.MULTILINE)


def messages(program, script):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "spec.py").write_text(script)
        run = subprocess.run([program, "spec.py"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             text=True, timeout=60)
    return run.stderr, run.returncode


def main():
    program, path = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    text = path.read_text()
    sections = SECTION.findall(text)
    if len(sections) != len(re.findall("^=== ", text, re.MULTILINE)):
        sys.exit(f"{path}: a section lacks its line '---'")
    failures = 0
    rewritten = text[:text.index("=== ")]
    for name, script, expected in sections:
        said, status = messages(program, script)
        rewritten += f"=== {name}\n{script}---\n{said.rstrip()}\n\n"
        if status != (2 if "error: " in said else 0) or said.rstrip() != expected.rstrip():
            failures += 1
            print(f"--- {name}: exit {status}")
            print("\n".join(difflib.unified_diff(expected.splitlines(), said.splitlines(), "expected", "said", lineterm="")))
    if "--update" in sys.argv:
        path.write_text(rewritten.rstrip() + "\n")
    print(f"{len(sections)} scripts, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
