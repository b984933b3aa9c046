"""A served stand-in for the time of a benchmark, whose archer2 shows this machine's own files."""

import contextlib, os, signal, subprocess, sys, time


@contextlib.contextmanager
def stand_in(program, work, name="root", *options):
    """Serves below `work/name`; yields what a client needs in its environment, and nothing of the caller's but PATH."""
    ready = work / f"{name}.ready"
    server = subprocess.Popen(
        [str(program), "rehearse", "--serve", "--root", str(work / name), "--ready", str(ready), "--local", "archer2", *map(str, options)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            if ready.exists():
                break
            time.sleep(0.1)
        else:
            sys.exit("the stand-in did not start")
        environment = {"PATH": os.environ["PATH"], "HOME": str(work)}
        environment.update(line.removeprefix("export ").split("=", 1) for line in ready.read_text().splitlines())
        yield environment
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
