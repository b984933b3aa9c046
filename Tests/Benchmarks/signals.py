#!/usr/bin/env python3
"""How long the program takes to leave when it is told to, in the middle of a wait, on a machine that is busy.

Usage: Tests/Benchmarks/signals.py [PROGRAM]        (default: .build/release/pptransfer, as examples/quickstart.sh builds it)

Runs the program 30 times against a served stand-in that holds the one task, and ends each run by SIGTERM; beside it, in the same way,
'sleep' and a Python that waits for a signal. Once on a machine as it is, once with two busy loops for each core. Prints the times from
signal to exit. Each run must leave with 143 and a journal that 'status' can read, and there must be one task in the end.
"""
import base64, contextlib, json, os, pathlib, random, shutil, signal, statistics, subprocess, sys, tempfile, time, urllib.request

from served import stand_in

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else PACKAGE / ".build/release/pptransfer").resolve()
RUNS = 30
PYTHON = [sys.executable, "-c", "import signal, sys; print('waits', file=sys.stderr, flush=True); signal.pause()"]


def time_to_exit(arguments, environment, sign):
    """Returns the ms from SIGTERM to the exit, and how it left. A program that gives no sign is left half a second to begin."""
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr if sign else ():
        if sign in line:
            break
    time.sleep(random.uniform(0.05, 0.5) if sign else 0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    status = process.wait()
    took = (time.monotonic() - began) * 1000
    process.stderr.close()
    return took, status


@contextlib.contextmanager
def load(count):
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def paused(work):
    """A served stand-in whose tasks are paused."""
    faults = work / "faults.yaml"
    faults.write_text('pptransfer_faults: 1\ntasks:\n  - {label: "*", do: {pause: "held"}}\n')
    return stand_in(PROGRAM, work, "root", "--faults", faults)


def tasks(environment):
    """The transfers that the stand-in knows, asked without the program."""
    base = environment["GLOBUS_SDK_SERVICE_URL_TRANSFER"]
    login = f"{environment['GLOBUS_CLI_CLIENT_ID']}:{environment['GLOBUS_CLI_CLIENT_SECRET']}"
    form = b"grant_type=client_credentials&scope=urn:globus:auth:scope:transfer.api.globus.org:all"
    basic = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode(), "Content-Type": "application/x-www-form-urlencoded"}
    with urllib.request.urlopen(urllib.request.Request(base + "/v2/oauth2/token", form, basic)) as answer:
        bearer = {"Authorization": "Bearer " + json.load(answer)["access_token"]}
    with urllib.request.urlopen(urllib.request.Request(base + "/v0.10/task_list?filter=type:TRANSFER", headers=bearer)) as answer:
        return json.load(answer)["DATA"]


def measure(name, arguments, environment, sign, expected, check=lambda: None):
    times = []
    for _ in range(RUNS):
        took, status = time_to_exit(arguments, environment, sign)
        if status != expected:
            sys.exit(f"{name} left with {status}, not with {expected}")
        check()
        times.append(took)
    print(f"  {name:28} {statistics.median(times):8.1f} {max(times):8.1f}")


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="pptransfer-signals-"))
    try:
        (work / "data").mkdir()
        (work / "data/ab123a.pp").write_bytes(b"x" * 1000)
        task = work / "task.yaml"
        task.write_text(
            "pptransfer: 1\nworkflow: u-ab123\ncycle: 19880901T0000Z\n"
            f"from: {{collection: archer2, path: {work / 'data'}}}\nto: {{collection: jasmin, path: /gws/archive}}\n")
        journal = ["--journal", str(work / "journal")]
        seen = set()
        with paused(work) as environment:

            def check():
                done = subprocess.run([str(PROGRAM), "status", "--json", *journal], env=environment, capture_output=True, text=True)
                rows = json.loads(done.stdout)["transfers"]
                if [row["state"] for row in rows] != ["submitted"]:
                    sys.exit(f"the journal says {rows}, status {done.stderr}")
                seen.add(rows[0]["task"])

            print(f"SIGTERM to exit, {RUNS} times each, ms    median    worst")
            cores = os.cpu_count() or 1
            for title, loops in (("the machine as it is", 0), (f"{2 * cores} busy loops on {cores} cores", 2 * cores)):
                print(title)
                with load(loops):
                    run = [str(PROGRAM), "run", *journal, str(task)]
                    measure("pptransfer run, in the wait", run, environment, "paused by an administrator", 143, check)
                    measure("python, signal.pause()", PYTHON, None, "waits", -signal.SIGTERM)
                    measure("sleep", ["sleep", "1000"], None, None, -signal.SIGTERM)
            known = tasks(environment)
            if [(one["task_id"], one["status"]) for one in known] != [(one, "ACTIVE") for one in seen]:
                sys.exit(f"there is not one task that goes on, but {known}")
            print(f"{2 * RUNS} runs of pptransfer: each left with 143 and a readable journal; one task, still at work")
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
