#!/usr/bin/env bash
# Fuzzes for some seconds, from the inputs of folders: fuzz.sh FUZZER SECONDS FOLDER...
# What it finds new is kept in $FUZZ_KEEP, if that is set. What brings the program down is printed, and kept in
# this folder.
set -euo pipefail
fuzzer=$1 seconds=$2
shift 2
new=${FUZZ_KEEP:-$(mktemp -d)}
mkdir -p "$new"
[ -n "${FUZZ_KEEP:-}" ] || trap 'rm -rf "$new"' EXIT
folders=()
for folder in "$@"; do
  [ ! -d "$folder" ] || folders+=("$folder")
done
log=$(mktemp)
status=0
"$fuzzer" "$new" "${folders[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 \
  -max_len=65536 -print_final_stats=1 -verbosity=1 > "$log" 2>&1 || status=$?
if [ $status -eq 0 ]; then grep -E '^stat::number_of_executed|^Done' "$log" || true; else tail -n 80 "$log"; fi
rm -f "$log"
exit $status
