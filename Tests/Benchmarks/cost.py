#!/usr/bin/env python3
"""What the program costs its user: CPU time and peak memory of the client, against a served stand-in.

Usage: Tests/Benchmarks/cost.py [PROGRAM [FILES...]]     (default: .build/release/pptransfer, as examples/quickstart.sh builds it; 40 100000)

First the time of a start (--version, --help) beside that of 'curl --version', called in turn. Then, for each number of files, a line for a
whole run that is proven by size, and up to 100,000 files one that is proven by digest. CPU is the mean of several runs; memory is the
largest peak, as the kernel counts them for the process itself (wait4). Whether the cost is linear shows in the CPU of each file. Needs curl.
"""
import os, pathlib, shutil, statistics, subprocess, sys, tempfile, time

from served import stand_in
from usage import usage

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else PACKAGE / ".build/release/pptransfer").resolve()


def measure(arguments, environment, times):
    runs = [usage([PROGRAM, *arguments(number)], environment) for number in range(times)]
    return statistics.fmean(run.cpu for run in runs), max(run.memory for run in runs)


def starts():
    """The mean wall time of each start in ms, called in turn so that all meet the same machine."""
    calls = {"curl --version": ["curl", "--version"], "--version": [str(PROGRAM), "--version"], "--help": [str(PROGRAM), "--help"]}
    taken = {name: [] for name in calls}
    for _ in range(101):
        for name, call in calls.items():
            begun = time.perf_counter()
            subprocess.run(call, stdout=subprocess.DEVNULL, check=True)
            taken[name].append(time.perf_counter() - begun)
    reference = statistics.median(taken["curl --version"])
    for name, all in taken.items():
        print(f"start: {name:22} {statistics.median(all) * 1000:7.1f} ms   {statistics.median(all) / reference:8.2f} of curl's (budget 1.1)")


def make_cycle(directory, files, folders, size):
    for number in range(files):
        path = directory / f"d{number % folders:03}" / f"ab123a.pa{number:06}.pp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="pptransfer-cost-"))
    try:
        starts()
        print("                              CPU, mean   peak memory   CPU of a file")
        with stand_in(PROGRAM, work) as environment:
            for files in [int(text) for text in sys.argv[2:]] or [40, 100_000]:
                directory = work / f"{files}"
                make_cycle(directory, files, max(2, files // 1000), 100_000 if files < 1000 else 20)
                for level in ("size", "digest") if files <= 100_000 else ("size",):
                    if files < 1000 and level == "digest":
                        continue
                    task = work / f"{files}.{level}.yaml"
                    task.write_text(
                        f"pptransfer: 1\nworkflow: u-ab{files}\ncycle: ${{CYCLE}}\n"
                        f"from: {{collection: archer2, path: {directory}}}\n"
                        f"to: {{collection: jasmin, path: '/gws/{files}.{level}/{{cycle}}'}}\nverify: {{level: {level}}}\n")
                    cpu, memory = measure(
                        lambda number: ["run", "--set", f"CYCLE={level}{number}", str(task)], environment, 20 if files < 1000 else 1)
                    print(f"{f'run, {files:,} files, by {level}':29} {cpu:7.0f} ms   {memory:8.1f} MiB   {cpu * 1000 / files:8.1f} µs")
                shutil.rmtree(directory)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
