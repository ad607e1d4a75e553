"""Scripts with one token deleted, doubled, swapped with the next or replaced: none brings the compiler down.

usage: spoiled_scripts.py INGOT_IMPORT PROGRAM... [--count N] [--seed S] [--ingotc INGOTC] [--jobs N] [--keep DIR]

Of all such scripts of all programs N are taken (all, unless --count is given); with --ingotc every twentieth goes
through the whole compiler as well. Each must end, within 5 seconds, in success or in located errors. A tally is
printed, and each script that does worse is kept in DIR.
"""

import argparse
import collections
import concurrent.futures
import io
import random
import re
import subprocess
import sys
import tempfile
import tokenize
from pathlib import Path

SECONDS = 5
FURTHER = ["None", "0", "-1", "1e400", "10**30", "''", "[]", "{}", "()", "lambda: 0", "not", "*", "**", "=", ":=", "\\", "\n",
           "'", '"""', "f'{", "if", "for", "in", "def", "class", "return", "yield", "await", "import", "with", "\u00e9", "\0",
           "[[]]", "...", "@", "->", "99999999999999999999", "0.5", "2147483648", "True", "str", "print", "range(10)", "len"]
LOCATED = re.compile(r"^[^\n]*?:\d+:\d+: error: .", re.MULTILINE)
ANY_ERROR = re.compile(r"^.*\berror: .*$", re.MULTILINE)
BAD = re.compile(r"Sanitizer|runtime error:|Assertion|PLEASE submit|Stack dump|terminate called|LLVM ERROR|UNREACHABLE")


def tokens(text):
    """(begin, end) of each token that is not space."""
    begins = [0]
    for line in text.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.string.strip() and token.type != tokenize.COMMENT:
            found.append((begins[token.start[0] - 1] + token.start[1], begins[token.end[0] - 1] + token.end[1]))
    return found


def spoiled(programs, seed):
    """(name, script) for every token and way, in an order that the seed gives."""
    texts = {path: Path(path).read_text() for path in programs}
    pool = sorted({text[b:e] for text in texts.values() for b, e in tokens(text)}) + FURTHER
    places = [(path, i, way) for path in programs for i in range(len(tokens(texts[path])))
              for way in ("deleted", "doubled", "swapped", "replaced")]
    chance = random.Random(seed)
    chance.shuffle(places)
    known = {path: tokens(text) for path, text in texts.items()}
    for path, i, way in places:
        text, (begin, end) = texts[path], known[path][i]
        token = text[begin:end]
        other = chance.choice(pool)
        after = text[end:]
        if way == "deleted":
            token = ""
        elif way == "doubled":
            token += " " + token
        elif way == "swapped":
            if i + 1 == len(known[path]):
                continue
            next_begin, next_end = known[path][i + 1]
            token = text[next_begin:next_end] + text[end:next_begin] + token
            after = text[next_end:]
        else:
            token = other
        yield f"{Path(path).stem}-{i}-{way}", text[:begin] + token + after


def judge(command, folder, seconds):
    """How it ended: 'compiled', 'errors', or what is wrong with how it ended."""
    try:
        run = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=seconds)
    except subprocess.TimeoutExpired:
        return f"took more than {seconds} s", ""
    said = run.stderr.decode(errors="replace")
    if run.returncode < 0:
        return f"ended by signal {-run.returncode}", said
    if BAD.search(said):
        return "a crash or an assertion", said
    if run.returncode == 0:
        return ("compiled" if not ANY_ERROR.search(said) else "exit 0 with errors"), said
    if run.returncode != 2:
        return f"exit status {run.returncode}", said
    located = set(LOCATED.findall(said))
    if not located:
        return "no located error", said
    if any(not LOCATED.match(line) for line in ANY_ERROR.findall(said) if not line.startswith("    ")):
        return "an error without a place", said
    return "errors", said


def run_one(number, name, script, options):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "spec.py").write_text(script)
        results = [("import", *judge([options.ingot_import, "spec.py"], folder, SECONDS))]
        if options.ingotc and number % 20 == 0:
            results.append(("ingotc", *judge([options.ingotc, "spec.py", "-o", "spec"], folder, options.seconds)))
    for tool, outcome, said in results:
        if outcome not in ("compiled", "errors"):
            print(f"{name}: {tool}: {outcome}\n{said[:2000]}", flush=True)
            if options.keep:
                Path(options.keep).mkdir(parents=True, exist_ok=True)
                Path(options.keep, name + ".py").write_text(script)
    return [(tool, outcome) for tool, outcome, _ in results]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ingot_import")
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ingotc")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="what the whole compiler may take")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep")
    options = parser.parse_args()
    options.ingot_import = str(Path(options.ingot_import).resolve())
    options.ingotc = options.ingotc and str(Path(options.ingotc).resolve())
    scripts = list(spoiled(options.programs, options.seed))[:options.count]
    tally = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(run_one, i, name, script, options) for i, (name, script) in enumerate(scripts)]
        for job in jobs:
            tally.update(job.result())
    bad = 0
    for (tool, outcome), count in sorted(tally.items()):
        print(f"{tool}: {outcome}: {count}")
        bad += count * (outcome not in ("compiled", "errors"))
    print(f"{len(scripts)} scripts (seed {options.seed}), {bad} failures")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
