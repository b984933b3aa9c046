"""What the judges share: the served stand-in, the CLI as a user calls it, and a list of judgements."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

ARCHER2 = "3e90d018-0d05-461a-bbaf-aab605283d21"
JASMIN = "a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"
TRANSFER_SCOPE = "urn:globus:auth:scope:transfer.api.globus.org:all"

_judgements = []
_login_judgements = []


def judge(function):
    """Registers a function; its name, read aloud, is what it judges."""
    _judgements.append(function)
    return function


def judge_of_logins(function):
    """The same, before a stand-in of its own that has no service account."""
    _login_judgements.append(function)
    return function


class StandIn:
    """`pptransfer rehearse --serve` in a directory of its own."""

    def __init__(self, program, *options, sites=""):
        self.program = program
        self.directory = Path(tempfile.mkdtemp(prefix="judges-"))
        self.root = self.directory / "root"
        self.archer2 = self.root / "archer2"
        self.jasmin = self.root / "jasmin"
        home = self.directory / "home"
        for path in (self.archer2, self.jasmin, home):
            path.mkdir(parents=True)
        ready = self.directory / "ready"
        variables = {}
        if sites:
            variables["PPTRANSFER_SITES"] = str(self.write(self.directory / "sites.yaml", sites))
        self.log = open(self.directory / "log", "wb")
        self.process = subprocess.Popen(
            [program, "rehearse", "--serve", "--port", "0", "--root", str(self.root), "--ready", str(ready), *options],
            stdout=self.log,
            stderr=subprocess.STDOUT,
            env=os.environ | variables,
        )
        self.environment = {
            "HOME": str(home),
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "GLOBUS_CLI_INTERACTIVE": "0",
            "NO_PROXY": "127.0.0.1",
            **variables,
        }
        self.environment.update(self._wait_for(ready))
        self.base = self.environment["GLOBUS_SDK_SERVICE_URL_TRANSFER"]
        self.client_id = self.environment.get("GLOBUS_CLI_CLIENT_ID")
        self.client_secret = self.environment.get("GLOBUS_CLI_CLIENT_SECRET")
        # The SDK runs in this process and reads the same variables.
        os.environ.update({k: v for k, v in self.environment.items() if k.startswith(("GLOBUS_", "NO_PROXY", "HOME"))})

    def _wait_for(self, ready):
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit(f"judges: the stand-in ended with status {self.process.returncode}; see {self.log.name}")
            if ready.exists() and ready.stat().st_size:
                pairs = [line[len("export ") :].split("=", 1) for line in ready.read_text().splitlines() if line.startswith("export ")]
                return {name: value.strip("'\"") for name, value in pairs}
            time.sleep(0.05)
        raise SystemExit("judges: the stand-in did not become ready within 30 s")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise SystemExit("judges: the stand-in did not end on SIGTERM")
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    # The CLI as a user calls it.

    def globus(self, *arguments, status=0, stdin=None):
        """Runs the CLI, and insists on its exit status. Returns what it printed."""
        command = [str(Path(sys.executable).parent / "globus"), *arguments]
        done = subprocess.run(command, env=self.environment, input=stdin, capture_output=True, text=True, timeout=120)
        assert done.returncode == status, f"globus {' '.join(arguments)}: status {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout if status == 0 else done.stdout + done.stderr

    def globus_json(self, *arguments, **options):
        return json.loads(self.globus(*arguments, "--format", "json", **options))

    def transfer(self, *arguments, **options):
        """Submits with the CLI and waits with the CLI. Returns the task's id."""
        task = self.globus_json("transfer", *arguments, **options)["task_id"]
        self.globus("task", "wait", "--polling-interval", "1", task)
        return task

    # Files.

    def write(self, path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


def tree(directory):
    """Every file below a directory with its bytes."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def wanted(functions, only):
    """Those whose names, read aloud, hold the text; all without one."""
    names = [(function, function.__name__.replace("_", " ")) for function in functions]
    return [(function, name) for function, name in names if not only or only in name]


def tried(function, name, standin):
    """Whether the judgement is a good one; prints it."""
    try:
        function(standin)
    except Exception:
        print(f"FAIL  {name}")
        traceback.print_exc()
        return False
    print(f"ok    {name}", flush=True)
    return True


def run(program, only):
    results = []
    chosen = wanted(_judgements, only)
    if chosen:
        standin = StandIn(program)
        try:
            results += [tried(function, name, standin) for function, name in chosen]
        finally:
            standin.stop()
    for function, name in wanted(_login_judgements, only):
        standin = StandIn(program, "--login-required")
        try:
            results.append(tried(function, name, standin))
        finally:
            standin.stop()
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 1 if not results or not all(results) else 0
