#!/usr/bin/env python3
"""What a small run costs beside the two calls of the Globus CLI that it replaces, and how soon each notices the end of a task.

Usage: Tests/Benchmarks/pair.py [PROGRAM]        (default: .build/release/pptransfer, as examples/quickstart.sh builds it)

Both send the same 40 files between the same two directories of one served stand-in: `globus transfer` with `globus task wait`, and
`pptransfer run`. CPU is the mean of several runs, memory the largest peak, of the pair that of the larger one, as the kernel counts them for
the process itself (wait4). The end is noticed so long after the task's own completion_time, of a task of about half a minute; meanwhile the
private memory of each is looked at (Private_Dirty of /proc/PID/smaps_rollup: what nobody else on the machine shares, the largest of one
look a second). Needs the Python environment of Tests/Judges/run.sh.
"""
import datetime, json, os, pathlib, shutil, statistics, subprocess, sys, tempfile, threading, time

from served import stand_in
from usage import usage

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else PACKAGE / ".build/release/pptransfer").resolve()
GLOBUS = pathlib.Path(os.environ.get("PPTRANSFER_JUDGES", PACKAGE / ".build/judges")) / "bin/globus"
ARCHER2, JASMIN = "3e90d018-0d05-461a-bbaf-aab605283d21", "a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"


def pair(source, number, environment):
    """The CLI's way: submit, then wait."""
    cpu, memory, output = usage(
        [GLOBUS, "transfer", "--recursive", "--sync-level", "checksum", "--format", "json", f"{ARCHER2}:{source}", f"{JASMIN}:/cli/{number}"],
        environment)
    task = json.loads(output)["task_id"]
    more, most, _ = usage([GLOBUS, "task", "wait", "--polling-interval", "1", task], environment)
    return cpu + more, max(memory, most), task


def ours(task, number, environment):
    cpu, memory, output = usage([PROGRAM, "run", "--json", "--set", f"CYCLE={number}", task], environment)
    return cpu, memory, json.loads(output)["transfers"][0]["task_id"]


class PrivateMemory:
    """The largest private dirty memory of a program while the block runs, in MiB."""

    def __init__(self, name):
        self.name, self.largest, self.is_done = name, 0, threading.Event()

    def look(self):
        for directory in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (directory / "cmdline").read_bytes().decode(errors="replace").split("\0")
                # Not the server.
                if self.name not in words[:2] or "rehearse" in words:
                    continue
                for line in (directory / "smaps_rollup").read_text().splitlines():
                    if line.startswith("Private_Dirty:"):
                        self.largest = max(self.largest, int(line.split()[1]) / 1024)
            except OSError:
                pass

    def watch(self):
        while not self.is_done.wait(1):
            self.look()

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_done.set()
        self.thread.join()


def completion(task, environment):
    text = subprocess.run(
        [GLOBUS, "task", "show", "--format", "json", task], env=environment, capture_output=True, text=True, check=True).stdout
    return datetime.datetime.fromisoformat(json.loads(text)["completion_time"]).timestamp()


def settled(environment):
    """What the CLI wants besides: no questions, and nothing of its own written beside its modules."""
    return environment | {"LANG": "C.UTF-8", "GLOBUS_CLI_INTERACTIVE": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def main():
    if not GLOBUS.exists():
        sys.exit(f"there is no {GLOBUS}; Tests/Judges/run.sh installs it")
    work = pathlib.Path(tempfile.mkdtemp(prefix="pptransfer-pair-"))
    try:
        source = work / "cycle"
        for number in range(40):
            path = source / f"d{number % 2}" / f"ab123a.pa{number:02}.pp"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" * 100_000)
        task = work / "task.yaml"
        task.write_text(
            f"pptransfer: 1\nworkflow: u-ab123\ncycle: ${{CYCLE}}\nfrom: {{collection: archer2, path: {source}}}\n"
            "to: {collection: jasmin, path: '/ours/{cycle}'}\n")
        with stand_in(PROGRAM, work, "quick") as environment:
            environment = settled(environment)
            pair(source, "warm", environment)
            theirs = [pair(source, number, environment) for number in range(5)]
            mine = [ours(task, number, environment) for number in range(20)]
        print(f"{'':34}{'CPU':>10}{'peak memory':>15}")
        totals = []
        for name, runs in (("globus transfer, globus task wait", theirs), ("pptransfer run", mine)):
            cpu, memory = statistics.fmean(run[0] for run in runs), max(run[1] for run in runs)
            totals.append((cpu, memory))
            print(f"{name:34}{cpu:7.0f} ms{memory:11.1f} MiB")
        print(f"{'ratio':34}{totals[1][0] / totals[0][0]:10.3f}{totals[1][1] / totals[0][1]:15.3f}    (budgets 0.05, 0.25)")

        # 4 MB at 130 kB/s.
        with stand_in(PROGRAM, work, "slow", "--rate", "130kB") as environment:
            environment = settled(environment)
            print(f"\n{'the end of a task is noticed':34}{'after':>10}{'task took':>15}{'private memory':>18}")
            calls = (
                ("globus task wait", str(GLOBUS), lambda: pair(source, "slow", environment)),
                ("pptransfer run", str(PROGRAM), lambda: ours(task, "slow", environment)))
            for name, program, call in calls:
                begun = time.time()
                with PrivateMemory(program) as memory:
                    identifier = call()[2]
                noticed, end = time.time(), completion(identifier, environment)
                print(f"{name:34}{noticed - end:8.1f} s{end - begun:13.1f} s{memory.largest:14.1f} MiB")
            print(f"{'budget':34}{'':>10}{'':>15}{4:14.1f} MiB")
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
