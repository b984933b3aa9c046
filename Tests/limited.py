#!/usr/bin/env python3
"""Runs a command that must end: limited.py MINUTES COMMAND...

What it prints is passed on. If it does not end in time, the tests that have begun and not ended are named, every process of it is ended,
and the exit status is 124.
"""

import os
import re
import signal
import subprocess
import sys
import threading

BEGUN = re.compile(r"^. (Test|Suite) (.*) started\.$")
ENDED = re.compile(r"^. (Test|Suite) (.*?)(?: with \d+ test cases?)? (?:passed|failed) after [0-9.]+ seconds")


def members(session):
    """The processes of a session."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.getsid(int(name)) == session:
                    yield int(name)
            except OSError:
                pass


def main():
    minutes, command = float(sys.argv[1]), sys.argv[2:]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    unfinished = {}
    is_late = threading.Event()

    def end():
        is_late.set()
        sys.stdout.flush()
        print(f"\nerror: '{' '.join(command)}' has not ended in {minutes:g} minutes", file=sys.stderr)
        for kind, name in list(unfinished):
            print(f"  not ended: {kind} {name}", file=sys.stderr)
        sys.stderr.flush()
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in list(members(child.pid)):
                try:
                    os.kill(process, number)
                except OSError:
                    pass
            threading.Event().wait(2)

    def stop(*_):
        for process in list(members(child.pid)):
            try:
                os.kill(process, signal.SIGTERM)
            except OSError:
                pass
        sys.exit(143)

    signal.signal(signal.SIGTERM, stop)
    timer = threading.Timer(minutes * 60, end)
    timer.daemon = True
    timer.start()
    for line in child.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        text = line.decode(errors="replace").rstrip("\n")
        if match := BEGUN.match(text):
            unfinished[match.groups()] = True
        elif match := ENDED.match(text):
            unfinished.pop(match.groups(), None)
    status = child.wait()
    timer.cancel()
    if is_late.is_set():
        return 124
    return status if status >= 0 else 128 - status


sys.exit(main())
