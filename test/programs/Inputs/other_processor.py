"""LLVM's name of a processor with instructions that this machine lacks."""

import re

with open("/proc/cpuinfo") as file:
    flags = set(re.search(r"^flags\s*:(.*)$", file.read(), re.M).group(1).split())
print(next(name for name, flag in (("sapphirerapids", "amx_tile"), ("x86-64-v4", "avx512f"), ("znver4", "sse4a"))
           if flag not in flags))
