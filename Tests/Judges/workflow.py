"""Cylc in a home of its own: the templates' workflow, its scheduler's log, the stand-in's tasks."""

import base64
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "suite-templates" / "um-archive"
# Longer than any step takes, unless something hangs.
PATIENCE = 240


class Desk:
    """A home with its own ~/cylc-run, in which Cylc, Rose and the program are on PATH."""

    def __init__(self, program):
        self.directory = Path(tempfile.mkdtemp(prefix="suite-"))
        self.home = self.directory / "home"
        self.home.mkdir()
        self.program = program
        path = f"{Path(sys.executable).parent}:{Path(program).resolve().parent}:{os.environ['PATH']}"
        # Jobs are login shells.
        (self.home / ".bash_profile").write_text(f"export PATH='{path}'\n")
        self.environment = {"HOME": str(self.home), "PATH": path, "LANG": "C.UTF-8", "TZ": "UTC"}
        self.environment["USER"] = pwd.getpwuid(os.getuid()).pw_name

    def run(self, *command, status=0, cwd=ROOT, **more):
        """Runs a command, and insists on its exit status. Returns all that it printed."""
        done = subprocess.run(
            [str(word) for word in command], env={**self.environment, **more}, cwd=cwd, capture_output=True, text=True, timeout=PATIENCE
        )
        said = done.stdout + done.stderr
        assert done.returncode == status, f"{' '.join(map(str, command))}: status {done.returncode}\n{said}"
        return said

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)


class Workflow:
    """The template under way, or another source with a numbered run; its scheduler is a child of this process."""

    def __init__(self, desk, name, source=None, run=1, **variables):
        self.desk, self.name = desk, f"{name}/run{run}" if source else name
        self.directory = desk.home / "cylc-run" / self.name
        self.output = desk.directory / f"{name}.{run}.log"
        unnumbered = [] if source else ["--no-run-name"]
        settings = [word for key, value in variables.items() for word in ("-S", f"{key}={json.dumps(value) if isinstance(value, str) else value}")]
        with open(self.output, "wb") as output:
            self.scheduler = subprocess.Popen(
                ["cylc", "vip", "--no-detach", *unnumbered, f"--workflow-name={name}", *settings, str(source or TEMPLATE)],
                env=desk.environment, cwd=desk.directory, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )

    def log(self):
        return self.output.read_text(errors="replace")

    def wait_for(self, pattern):
        """Until a line of the scheduler's log matches. Returns the log so far."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            ended = self.scheduler.poll() is not None
            log = self.log()
            if re.search(pattern, log):
                return log
            assert not ended, f"{self.name} ended with {self.scheduler.returncode} before {pattern}\n{log}"
            time.sleep(0.1)
        raise AssertionError(f"{self.name}: no line matches {pattern}\n{self.log()}")

    def complete(self, stalls=0):
        """Until the workflow has ended by itself, having stalled so often by then at most. Returns the whole log."""
        end = time.monotonic() + PATIENCE
        while self.scheduler.poll() is None:
            log = self.log()
            assert log.count("Workflow stalled") <= stalls, f"{self.name} stalled\n{log}{self.complaints()}"
            assert time.monotonic() < end, f"{self.name} does not end\n{log}{self.complaints()}"
            time.sleep(0.1)
        assert self.scheduler.returncode == 0, f"{self.name}: status {self.scheduler.returncode}\n{self.log()}"
        return self.log()

    def complaints(self):
        """What the latest jobs said, for whoever reads why a judgement failed."""
        return "".join(f"\n{path}:\n{path.read_text()}" for path in sorted(self.directory.glob("log/job/*/*/NN/job.err")))

    def cylc(self, command, task):
        return self.desk.run("cylc", command, f"{self.name}//{task}")

    def kill_program(self, job):
        """SIGKILL to the program of one job of this workflow."""
        for process in psutil.process_iter(["name"]):
            try:
                if process.info["name"] != "pptransfer":
                    continue
                environment = process.environ()
                if environment.get("CYLC_TASK_JOB") == job and environment.get("CYLC_WORKFLOW_RUN_DIR") == str(self.directory):
                    return process.kill()
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        raise AssertionError(f"no program runs for {job}")

    def job_log(self, job, name):
        return (self.directory / "log" / "job" / job / name).read_text()

    def stop(self):
        if self.scheduler.poll() is None:
            subprocess.run(["cylc", "kill", f"{self.name}//*"], env=self.desk.environment, capture_output=True, timeout=60)
            subprocess.run(["cylc", "stop", "--now", "--now", self.name], env=self.desk.environment, capture_output=True, timeout=60)
            try:
                self.scheduler.wait(30)
            except subprocess.TimeoutExpired:
                self.scheduler.kill()
                self.scheduler.wait()


class StandIn:
    """`pptransfer rehearse --serve` with faults, outside of the workflow, so that it can be asked afterwards."""

    def __init__(self, desk, faults):
        self.root = desk.directory / "collections"
        self.ready = desk.directory / "ready"
        (desk.directory / "faults.yaml").write_text(faults)
        self.log = open(desk.directory / "stand-in.log", "wb")
        self.process = subprocess.Popen(
            [desk.program, "rehearse", "--serve", "--local", "archer2", "--root", str(self.root), "--ready", str(self.ready)]
            + ["--faults", str(desk.directory / "faults.yaml")],
            env=desk.environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 60
        while not (self.ready.exists() and self.ready.stat().st_size):
            assert self.process.poll() is None and time.monotonic() < end, f"the stand-in is not ready; see {self.log.name}"
            time.sleep(0.05)
        pairs = [line[len("export ") :].split("=", 1) for line in self.ready.read_text().splitlines() if line.startswith("export ")]
        self.variables = {name: value.strip("'\"") for name, value in pairs}

    def _ask(self, path, headers, body=None):
        request = urllib.request.Request(self.variables["GLOBUS_SDK_SERVICE_URL_TRANSFER"] + path, data=body, headers=headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)

    def labels(self):
        """Of every transfer task that was ever accepted."""
        pair = f"{self.variables['GLOBUS_CLI_CLIENT_ID']}:{self.variables['GLOBUS_CLI_CLIENT_SECRET']}"
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "urn:globus:auth:scope:transfer.api.globus.org:all"})
        basic = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        token = self._ask("/v2/oauth2/token", basic, form.encode())["access_token"]
        tasks = self._ask("/v0.10/task_list?limit=100&filter=type:TRANSFER", {"Authorization": f"Bearer {token}"})
        return sorted(task["label"] for task in tasks["DATA"])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.log.close()
