#!/usr/bin/env bash
# Builds parts of the project with sanitizers, in a folder of their own, and runs what follows there:
#   build_and_run.sh PRESET FOLDER TARGET... -- COMMAND [ARGUMENT...]
# In COMMAND's arguments @ stands for FOLDER.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
preset=$1 folder=$2
shift 2
targets=()
while [ "$1" != -- ]; do
  targets+=("$1")
  shift
done
shift
[ -e "$folder/build.ninja" ] || cmake -S "$source" --preset "$preset" -B "$folder" > /dev/null
cmake --build "$folder" --target "${targets[@]}" | tail -n 1
export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
cd "$folder" && "${@//@/$folder}"
