#!/usr/bin/env python3
"""What reading a source costs: the scan against find, digests against openssl and the coreutils, a submission's time and memory.

Usage: Tests/Benchmarks/scan.py [--program PROGRAM] [--rounds N] [PART...]
       (default: .build/release/pptransfer, as examples/quickstart.sh builds it; 7 rounds; parts: scan memory digest submit)

The reference runs in turn with the program, in the same run; ratios are of medians, files lie in the page cache. Budgets stand beside.
Files are made in a directory of their own in TMPDIR, and removed: about 1.5 GB, and 1,000,000 inodes for the memory of a large scan.
Needs GNU time (the Debian package 'time') and openssl.
"""
import argparse, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time

from served import stand_in
from concurrent.futures import ThreadPoolExecutor

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
PARTS = ["scan", "memory", "digest", "submit"]


def run(command, **options):
    """Returns the wall time in s and the peak memory in MiB of one run, which must succeed."""
    begun = time.perf_counter()
    done = subprocess.run(
        ["/usr/bin/time", "-f", "%M", *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options)
    wall = time.perf_counter() - begun
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} left with {done.returncode}:\n{done.stderr}")
    return wall, int(done.stderr.split()[-1]) / 1024


def in_turn(commands, rounds):
    """Each command's median wall and CPU time: one after the other in each round, so that other load meets all alike."""
    for command in commands.values():
        command()
    times = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            begun, before = time.perf_counter(), os.times()
            command()
            wall, after = time.perf_counter() - begun, os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            times[name].append((wall, cpu))
    return {name: [statistics.median(column) for column in zip(*values)] for name, values in times.items()}


def make_tree(directory, files, folders, size=0):
    for folder in range(folders):
        place = directory / f"d{folder:04}"
        place.mkdir(parents=True)
        at = os.open(place, os.O_RDONLY)
        for number in range(folder, files, folders):
            descriptor = os.open(f"ab123a.pa{number:07}.pp", os.O_CREAT | os.O_WRONLY, dir_fd=at)
            if size:
                os.write(descriptor, b"x" * size)
            os.close(descriptor)
        os.close(at)


def row(name, value, budget=None, is_met=True):
    print(f"{name:46} {value:>24}   {'' if budget is None else budget + ('' if is_met else '   MISSED')}", flush=True)


def scan(program, work, rounds):
    tree = work / "tree"
    make_tree(tree, 100_000, 100)
    lists = work / "lists"
    lists.mkdir()

    def find():
        with open(lists / "find", "wb") as output:
            subprocess.run(["find", tree, "-type", "f", "-printf", r"%s %T@ %p\n"], stdout=output, check=True)

    def manifest(*options):
        return lambda: run([program, "manifest", tree, "--digest", "none", "--output", lists / "ours", *options])

    commands = {"find": find, "default": manifest()}
    commands |= {f"--scan-width {width}": manifest("--scan-width", width) for width in (1, 2, 4, 8)}
    commands["--include, --exclude"] = manifest(
        "--include", "*.pp", "--include", "*.nc", "--exclude", "*.tmp", "--exclude", "**/scratch/**")
    times = in_turn(commands, rounds)
    row("find -printf, 100,000 files", f"{times['find'][0] * 1000:.0f} ms")
    for name, (wall, _) in list(times.items())[1:]:
        ratio = wall / times["find"][0]
        row(f"manifest {name}", f"{wall * 1000:.0f} ms = {ratio:.2f} x find", "<= 1.3 x", ratio <= 1.3)
    shutil.rmtree(tree)


def memory(program, work, rounds):
    tree = work / "large"
    make_tree(tree, 1_000_000, 1000)
    wall, peak = run([program, "manifest", tree, "--digest", "none", "--output", work / "list"])
    row("manifest, 1,000,000 files: peak memory", f"{peak:.0f} MiB ({wall:.1f} s)", "<= 250 MB", peak * 1.048576 <= 250)
    shutil.rmtree(tree)


def digest(program, work, rounds):
    files = work / "bytes"
    files.mkdir()
    block = os.urandom(1 << 20)
    for number in range(2):
        with open(files / f"f{number}", "wb") as output:
            for _ in range(512):
                output.write(block)
    total = 1024 * 1.048576
    for algorithm, tool in (("sha256", "sha256sum"), ("md5", "md5sum")):

        def ours(jobs):
            return lambda: run([program, "manifest", files, "--digest", algorithm, "--jobs", jobs])

        def openssl(names):
            return lambda: run(["openssl", "dgst", f"-{algorithm}", *names])

        paths = sorted(files.iterdir())

        def openssl_twice():
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda path: openssl([path])(), paths))

        times = in_turn(
            {
                "openssl dgst": openssl(paths), "--jobs 1": ours(1), "two openssl dgst": openssl_twice, "--jobs 2": ours(2),
                tool: lambda: run([tool, *paths])
            }, max(3, rounds // 2))
        for name, (wall, cpu) in times.items():
            budget, is_met = None, True
            if name == "--jobs 1":
                # Of a core, by CPU time: a busy machine gives either less of it.
                ratio = times["openssl dgst"][1] / cpu
                budget, is_met = f"{ratio:.2f} x openssl of a core, >= 0.9 x", ratio >= 0.9
            elif name == "--jobs 2":
                ratio = times["--jobs 1"][0] / wall
                reference = times["openssl dgst"][0] / times["two openssl dgst"][0]
                budget, is_met = f"{ratio:.2f} x --jobs 1, >= 1.8 x (openssl: {reference:.2f} x)", ratio >= 1.8
            row(f"{algorithm} {name}", f"{total / wall:.0f} MB/s", budget, is_met)
    shutil.rmtree(files)


def submit(program, work, rounds):
    tree = work / "cycle"
    make_tree(tree, 100_000, 100, 1)
    with stand_in(program, work) as environment:
        task = work / "task.yaml"
        task.write_text(
            "pptransfer: 1\nworkflow: u-ab123\ncycle: 19880901T0000Z\n"
            f"from: {{collection: archer2, path: {tree}}}\nto: {{collection: jasmin, path: '/gws/{{cycle}}'}}\n")
        # Status 31: submitted, and not waited for.
        submission = ["sh", "-c", '"$0" run --no-wait "$1"; status=$?; [ $status -eq 31 ] || exit $status', program, task]
        for name, command in (("submission of 100,000 items", submission), ("the same, waited for and proven", [program, "run", task])):
            wall, peak = run(command, env=environment)
            row(name + ": peak memory", f"{peak:.0f} MiB ({wall:.1f} s)", "<= 150 MB", peak * 1.048576 <= 150)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, default=PACKAGE / ".build/release/pptransfer")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("parts", nargs="*", default=PARTS, metavar="PART", help=", ".join(PARTS))
    arguments = parser.parse_args()
    if set(arguments.parts) - set(PARTS):
        parser.error(f"the parts are {', '.join(PARTS)}")
    for part in arguments.parts:
        work = pathlib.Path(tempfile.mkdtemp(prefix="pptransfer-scan-"))
        try:
            globals()[part](arguments.program.resolve(), work, arguments.rounds)
        finally:
            shutil.rmtree(work, ignore_errors=True)


main()
