#!/usr/bin/env python3
"""What a look at a long campaign costs: `pptransfer status` over 10,000 archived cycles, against other readers of the same records.

Usage: Tests/Benchmarks/status.py [PROGRAM]      (default: .build/release/pptransfer, as examples/quickstart.sh builds it)

One real run against a rehearsal makes a journal; its record, with the files beside it, is copied under other cycles. Each command runs
several times, in turn with the references: `cat`, which only reads the bytes, and Python's json.load of each record. On a busy machine
look at the shortest wall time and the CPU time, which other programs disturb least.
"""
import json, os, pathlib, resource, shutil, statistics, subprocess, sys, tempfile, time

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else PACKAGE / ".build/release/pptransfer").resolve()
CYCLES = 10_000
ROUNDS = 15
READ_ALL = "import glob, json, sys\nfor path in glob.glob(sys.argv[1] + '/*.json'): json.load(open(path))"


def make_journal(work):
    """Returns the workflow's directory in the journal: a record, its predecessor and its manifest for each cycle."""
    (work / "data").mkdir()
    (work / "data/ab123a.pa19880901.pp").write_bytes(b"x" * 1000)
    task = work / "task.yaml"
    task.write_text(
        "pptransfer: 1\nname: atmos\nworkflow: u-ab123\ncycle: 00010101T0000Z\n"
        f"from: {{collection: archer2, path: {work}/data}}\n"
        "to: {collection: jasmin, path: '/gws/nopw/j04/canari/archive/{workflow}/{cycle}'}\n")
    subprocess.run([PROGRAM, "rehearse", "--root", work / "root", task], check=True, capture_output=True)
    folder = work / "root/journal/u-ab123"
    record = folder / "00010101T0000Z@atmos.json"
    text = record.read_text()
    for number in range(1, CYCLES):
        cycle = f"{number // 12 + 1:04}{number % 12 + 1:02}01T0000Z"
        copy = folder / f"{cycle}@atmos.json"
        copy.write_text(text.replace("00010101T0000Z", cycle))
        for ending in (".json.previous", ".proven"):
            os.link(record.with_suffix(ending), copy.with_suffix(ending))
    return folder


def cost(command):
    """Returns the wall time and the CPU time of one run, which must succeed, in ms."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command[0]} left with {done.returncode}: {done.stderr.decode()}")
    return wall * 1000, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="pptransfer-status-"))
    try:
        folder = make_journal(work)
        status = [PROGRAM, "status", "--journal", folder.parent]
        document = json.loads(subprocess.run(status + ["--json"], capture_output=True, text=True).stdout)
        shown = sum(transfer["state"] == "archived" for transfer in document["transfers"])
        if shown != CYCLES:
            sys.exit(f"{shown} of {CYCLES} cycles are shown as archived")
        commands = {
            "status": status, "status --json": status + ["--json"], "cat of each record": ["cat", *folder.glob("*.json")],
            "json.load of each record": ["python3", "-c", READ_ALL, folder],
        }
        costs = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                costs[name].append(cost(command))
        print(f"{CYCLES:,} cycles              wall, median  shortest        CPU   CPU / status")
        own = statistics.median(cpu for _, cpu in costs["status"])
        for name, runs in costs.items():
            walls, cpu = [wall for wall, _ in runs], statistics.median(cpu for _, cpu in runs)
            print(f"{name:25} {statistics.median(walls):9.0f} ms {min(walls):6.0f} ms  {cpu:6.0f} ms   {cpu / own:12.2f}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
