"""spoil.py PROGRAM FILE COUNT: reads damaged copies of FILE with PROGRAM's --init-weights: cut short at random places, and
with random bits flipped. Each gives predictions, or one error that names the file, and never a crash."""
import pathlib
import random
import subprocess
import sys

program, original, count = sys.argv[1], pathlib.Path(sys.argv[2]).read_bytes(), int(sys.argv[3])
ending = "".join(pathlib.Path(sys.argv[2]).suffixes)
copy = pathlib.Path(f"spoiled{ending}")
for seed in range(count):
    draw = random.Random(seed)
    content = bytearray(original)
    if seed % 3 == 0:
        del content[draw.randrange(len(content)):]
    else:
        for _ in range(draw.randint(1, 3)):
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    copy.write_bytes(content)
    run = subprocess.run([program, "predict", "--json", "--init-weights", str(copy)], capture_output=True, text=True)
    if run.returncode == 0:
        if seed % 3 == 0:
            sys.exit(f"seed {seed}: a file cut short was read")
        continue
    lines = run.stderr.splitlines()
    if run.returncode != 1 or len(lines) != 1 or str(copy) not in lines[0] or run.stdout:
        sys.exit(f"seed {seed}: exit status {run.returncode}: {run.stdout}{run.stderr}")
print("spoiled files: no crash")
