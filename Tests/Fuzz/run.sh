#!/bin/bash
# Builds and runs fuzz targets, for `make fuzz`: run.sh SCRATCH SECONDS TARGET…
#
# What a target learns stays in SCRATCH/corpus and is where its next run begins; an input that breaks a claim, a crash or
# a hang is kept in SCRATCH/findings, and ends the run with its name.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$1
seconds=$2
shift 2

# Beyond these lengths inputs only become slower.
declare -A longest=([Cron]=120 [Schedules]=2500 [Import]=1500 [Web]=1000)
declare -A lists=([Cron]=cron [Schedules]=schedules [Import]=import [Web]=web)

# Package.swift has the targets only then.
export ACTPD_FUZZ=1
export SWIFT_BACKTRACE=enable=no
# A small quarantine, so that the limit of memory is one of the program's own.
export ASAN_OPTIONS=quarantine_size_mb=16
export LSAN_OPTIONS=suppressions=$PWD/Tests/Fuzz/leaks.supp:print_suppressions=0

for target in "$@"; do
    [ -n "${longest[$target]:-}" ] || { echo "no fuzz target '$target'; there are ${!longest[*]}" >&2; exit 2; }
done
for target in "$@"; do
    # The later of two -sanitize flags replaces the earlier one: SwiftPM's is for the entry point, ours has both.
    swift build -c release --sanitize fuzzer -Xswiftc -sanitize=fuzzer,address --scratch-path "$scratch" \
        --product "Fuzz$target"
done
for target in "$@"; do
    echo "== Fuzz$target, $seconds s"
    mkdir -p "$scratch/corpus/$target" "$scratch/findings/$target"
    "$scratch/release/Fuzz$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
        -max_len="${longest[$target]}" -dict="Tests/Fuzz/$target/${lists[$target]}.dict" -print_final_stats=1 \
        -artifact_prefix="$scratch/findings/$target/" "$scratch/corpus/$target" "Tests/Fuzz/$target/Seeds" 2>&1 |
        grep -vE '^#[0-9]+\s+(NEW|REDUCE|RELOAD)|NEW_FUNC|^"|dictionary'
done
