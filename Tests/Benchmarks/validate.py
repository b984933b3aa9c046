#!/usr/bin/env python3
"""What a validation costs: 1,000 descriptions in a suite's directories, and one description of 1,000 lines.

Usage: Tests/Benchmarks/validate.py [PROGRAM]      (default: .build/release/pptransfer, as examples/quickstart.sh builds it)

Budgets: 1 s and 50 ms of wall time. On a busy machine look at the shortest time and at the CPU time. The reference reads the same files
with Python's YAML package, if it is there, and does nothing else.
"""
import os, pathlib, resource, shutil, statistics, subprocess, sys, tempfile, time

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else PACKAGE / ".build/release/pptransfer").resolve()
ROUNDS = 15
READ_ALL = "import glob, sys, yaml\nfor path in glob.glob(sys.argv[1] + '/**/*.yaml', recursive=True): list(yaml.safe_load_all(open(path)))"


def description(number):
    return (
        f"pptransfer: 1\nname: m{number:04}\nworkflow: u-ab123\n"
        "from: {collection: jasmin, path: '/work/{name}/{cycle}'}\nto: {collection: jasmin, path: '/gws/canari/{workflow}/{name}/{cycle}'}\n"
        "select:\n  include: ['*.pp', '*.nc']\n  exclude: ['*.tmp']\ntransfer: {sync: checksum, deadline: 3d}\nwait: {limit: 12h, outage: 2h}\n")


def long_description():
    patterns = "".join(f"    - '*a.p{number:04}*.pp'\n" for number in range(990))
    return description(1).replace("  include: ['*.pp', '*.nc']\n", "  include:\n" + patterns)


def cost(command, environment):
    """Returns the wall time and the CPU time of one run, which must succeed, in ms."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command[0]} left with {done.returncode}: {done.stdout[:2000]}")
    return wall * 1000, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="pptransfer-validate-"))
    try:
        suite, single = work / "suite", work / "long.yaml"
        for number in range(1000):
            path = suite / f"app/{number // 50}/task{number}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(description(number))
        single.write_text(long_description())
        environment = {"PATH": os.environ["PATH"], "HOME": str(work)}
        commands = {
            "1,000 descriptions": [PROGRAM, "validate", suite],
            "1,000 descriptions, 12 cycles": [PROGRAM, "validate", suite, "--cycles", "19880901T0000Z/19890801T0000Z/P1M"],
            "one of 1,000 lines": [PROGRAM, "validate", single],
        }
        if subprocess.run(["python3", "-c", "import yaml"], capture_output=True).returncode == 0:
            commands["yaml.safe_load of the 1,000"] = ["python3", "-c", READ_ALL, suite]
        costs = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                costs[name].append(cost(command, environment))
        print("                                wall, median   shortest        CPU")
        for name, runs in costs.items():
            walls, cpu = [wall for wall, _ in runs], statistics.median(cpu for _, cpu in runs)
            print(f"{name:30} {statistics.median(walls):10.0f} ms {min(walls):7.0f} ms  {cpu:6.0f} ms")
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
