"""Writes UnicodeTables.inc, what Python 3.11 (Unicode 14) says of identifiers: run with python3.11."""

import sys
import unicodedata

assert unicodedata.unidata_version == "14.0.0", "run with Python 3.11"


def ranges(holds):
    result = []
    for c in range(0x80, 0x110000):
        if holds(chr(c)):
            if result and result[-1][1] == c - 1:
                result[-1][1] = c
            else:
                result.append([c, c])
    return result


def show(name, type, rows):
    print(f"static constexpr {type} {name}[] = {{")
    line = "   "
    for row in rows:
        text = " " + (f"{{{', '.join(hex(v) for v in row)}}}" if isinstance(row, (list, tuple)) else hex(row)) + ","
        if len(line) + len(text) > 100:
            print(line)
            line = "   "
        line += text
    print(line)
    print("};\n")


start = ranges(str.isidentifier)
rest = ranges(lambda c: ("a" + c).isidentifier())

# Compatibility decomposition of what may stand in an identifier; Hangul follows a formula.
single, several, pool = [], [], []
for first, last in rest:
    for c in range(first, last + 1):
        parts = [ord(p) for p in unicodedata.normalize("NFKD", chr(c))]
        if parts == [c] or 0xAC00 <= c <= 0xD7A3:
            continue
        if len(parts) == 1:
            if single and single[-1][1] == c - 1 and single[-1][2] + c - single[-1][0] == parts[0]:
                single[-1][1] = c
            else:
                single.append([c, c, parts[0]])
        else:
            several.append((c, len(pool), len(parts)))
            pool += parts

classes = []
for c in range(0x80, 0x110000):
    value = unicodedata.combining(chr(c))
    if value:
        if classes and classes[-1][1] == c - 1 and classes[-1][2] == value:
            classes[-1][1] = c
        else:
            classes.append([c, c, value])

compositions = []
for c in range(0x80, 0x110000):
    parts = unicodedata.decomposition(chr(c)).split()
    if len(parts) == 2 and not parts[0].startswith("<") and unicodedata.normalize("NFC", chr(c)) == chr(c):
        if not 0xAC00 <= c <= 0xD7A3:
            compositions.append((int(parts[0], 16), int(parts[1], 16), c))

sys.stdout.write("// Unicode 14, made by make_unicode_tables.py.\n\n")
show("identifierStart", "CodePointRange", start)
show("identifierContinue", "CodePointRange", rest)
show("singleDecompositions", "MappedRange", single)
show("longDecompositions", "LongDecomposition", several)
show("decompositionPool", "char32_t", pool)
show("combiningClasses", "MappedRange", classes)
show("compositions", "Composition", sorted(compositions))
