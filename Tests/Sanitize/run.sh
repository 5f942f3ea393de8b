#!/bin/bash
# Runs the tests under one sanitizer, for `make sanitize`: run.sh thread|address SCRATCH
#
# The program that process tests start has the sanitizer in it too. Reports go to files, so that also those of a process
# that a test kills are found; any report fails the run.
set -euo pipefail
cd "$(dirname "$0")/../.."
sanitizer=$1
scratch=$2
reports=$(realpath -m "$scratch")/reports

say() { echo "== $sanitizer sanitizer: $*"; }

# LD_PRELOAD brings libfaketime before the sanitizer's runtime, and both replace the same functions of the C library.
skipped=(RealClockTests MachineWeekTests OutreachTranscriptTests 'TaskLogTests/running\(')
reasons=("RealClockTests, MachineWeekTests, OutreachTranscriptTests: libfaketime and a sanitizer cannot both stand before the C library"
    "TaskLogTests/running: ten seconds of computing take longer than the minute that the test grants")
link=()
if [ "$sanitizer" = address ]; then
    # A daemon ends while it still holds everything: its unit would have to switch the search for leaks off.
    skipped+=(ContainerTests)
    reasons+=("ContainerTests: the unit starts a daemon that looks for leaks at its end; the thread sanitizer runs them")
fi
if [ "$sanitizer" = thread ]; then
    # Values and pure functions on one thread: nothing to find, and minutes of arithmetic at a twentieth of its speed.
    for suite in CronTests JSONTests RecordsTests ConfigurationTests StatisticsTests TidyTests SimulationTests; do
        skipped+=("$suite")
        reasons+=("$suite: values on one thread; the address sanitizer runs it")
    done
    mkdir -p "$scratch"
    clang -O1 -g -Wall -Werror -c Tests/Sanitize/mutex.c -o "$scratch/mutex.o"
    link=(-Xlinker "$(realpath "$scratch")/mutex.o")
fi
for reason in "${reasons[@]}"; do say "leaves out $reason"; done

flags=(--sanitize "$sanitizer" --scratch-path "$scratch" "${link[@]}")
say "building"
swift build --build-tests "${flags[@]}"
rm -rf "$reports"
mkdir -p "$reports"

# Limits of the tests are for programs without a sanitizer.
export ACTPD_TEST_SLOWNESS=8
# The backtracer of a process that is ended by a report has hung.
export SWIFT_BACKTRACE=enable=no
options="log_path=$reports/report:exitcode=66"
# Reports and suppressions name functions; the tests give the program a PATH without the toolchain.
symbolizer=$(dirname "$(realpath "$(command -v swift)")")/llvm-symbolizer
[ ! -x "$symbolizer" ] || options="$options:external_symbolizer_path=$symbolizer"
export TSAN_OPTIONS="$options"
export ASAN_OPTIONS="$options:suppressions=$PWD/Tests/Sanitize/address.supp"
export LSAN_OPTIONS="suppressions=$PWD/Tests/Sanitize/leaks.supp:print_suppressions=0"

# Two passes: beside fifty processes with a sanitizer, what waits for a network answer runs into its limit of a minute.
processes='CommandTests|ConformanceTests'
left=$(IFS='|'; echo "${skipped[*]}")
failed=0
# Not XCTest, of which there is no test here: its runner leaks.
say "in this process"
swift test --disable-xctest --skip-build "${flags[@]}" --skip "$left|$processes" || failed=1
say "with processes"
if [ "$sanitizer" = address ]; then
    # A program that a test stops, or whose start fails, ends while its work and its daemon still live.
    say "does not look for leaks here: these processes end in the middle of their work"
    export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0"
fi
swift test --disable-xctest --skip-build "${flags[@]}" --filter "$processes" --skip "$left" || failed=1

if [ -n "$(ls -A "$reports")" ]; then
    say "reports in $reports:"
    cat "$reports"/* | grep -a '^SUMMARY' | sort | uniq -c | sort -rn
    failed=1
else
    say "no report"
fi
exit $failed
