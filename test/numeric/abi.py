"""Writes a C file that compiles only if program.py's structures are laid out as those of runtime/ABI/Program.h."""

import ctypes

import program

STRUCTURES = {"StepState": program.StepState, "Buffer": program.Buffer, "Launch": program.Launch,
              "Metric": program.Metric, "Entry": program.Entry, "Parameter": program.Parameter,
              "Array": program.Array, "Program": program.Description}

print('#include "runtime/ABI/Program.h"\n#include <stddef.h>')
print(f'_Static_assert(INGOT_ABI_VERSION == {program.ABI_VERSION}, "version");')
print(f'_Static_assert(INGOT_MAX_RANK == {program.MAX_RANK}, "rank");')
for name, structure in STRUCTURES.items():
    print(f'_Static_assert(sizeof(Ingot{name}) == {ctypes.sizeof(structure)}, "size of {name}");')
    for field, *_ in structure._fields_:
        offset, size = getattr(structure, field).offset, getattr(structure, field).size
        print(f'_Static_assert(offsetof(Ingot{name}, {field}) == {offset}, "{name}.{field}");')
        print(f'_Static_assert(sizeof(((Ingot{name} *)0)->{field}) == {size}, "size of {name}.{field}");')
