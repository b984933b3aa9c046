#!/usr/bin/env python3
"""What the program costs its user: CPU time and peak memory of the client, against a served stand-in.

Usage: Tests/Benchmarks/cost.py [PROGRAM]        (default: .build/release/pptransfer, as examples/quickstart.sh builds it)

Prints one line for each of: a start (--version), a whole run of 40 files, a whole run of 100,000 files. CPU is the median of several
runs; memory is the peak that GNU time reports. Needs GNU time (the Debian package 'time').
"""
import os, pathlib, shutil, statistics, subprocess, sys, tempfile

from served import stand_in

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else PACKAGE / ".build/release/pptransfer").resolve()


def cost(arguments, environment):
    """Returns the CPU time in ms and the peak memory in kB of one run, which must succeed."""
    before = os.times()
    done = subprocess.run(["/usr/bin/time", "-f", "%M", str(PROGRAM), *arguments], env=environment, capture_output=True, text=True)
    after = os.times()
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)} left with {done.returncode}:\n{done.stderr}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu * 1000, int(done.stderr.split()[-1])


def measure(arguments, environment, times):
    """CPU comes in steps of 10 ms from the kernel, so many runs are added up."""
    runs = [cost(arguments(number), environment) for number in range(times)]
    return statistics.fmean(run[0] for run in runs), max(run[1] for run in runs)


def make_cycle(directory, files, folders, size):
    for number in range(files):
        path = directory / f"d{number % folders:03}" / f"ab123a.pa{number:06}.pp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="pptransfer-cost-"))
    try:
        cycles = {40: (work / "small", 2, 100_000), 100_000: (work / "large", 100, 20)}
        for files, (directory, folders, size) in cycles.items():
            make_cycle(directory, files, folders, size)
        print("                              CPU, mean   peak memory")
        with stand_in(PROGRAM, work) as environment:
            rows = [("start (--version)", lambda number: ["--version"], 50)]
            for files, level, times in ((40, "size", 20), (100_000, "size", 1), (100_000, "digest", 1)):
                task = work / f"{files}.{level}.yaml"
                task.write_text(
                    "pptransfer: 1\nworkflow: u-ab123\ncycle: ${CYCLE}\n"
                    f"from: {{collection: archer2, path: {cycles[files][0]}}}\n"
                    f"to: {{collection: jasmin, path: '/gws/{files}.{level}/{{cycle}}'}}\nverify: {{level: {level}}}\n")
                arguments = lambda number, task=task, level=level: ["run", "--set", f"CYCLE={level}{number}", str(task)]
                rows.append((f"run, {files:,} files, by {level}", arguments, times))
            for name, arguments, times in rows:
                cpu, memory = measure(arguments, environment, times)
                print(f"{name:29} {cpu:7.0f} ms   {memory / 1024:8.1f} MiB")
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
