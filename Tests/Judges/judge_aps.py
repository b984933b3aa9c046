"""A beamline's data, downloaded to a laptop by the example as it stands; the CLI sees what was sent and finds nothing left to send."""

import json
import os
import subprocess
from pathlib import Path

from support import StandIn, judge, tree

PACKAGE = Path(__file__).resolve().parents[2]
APS, LAPTOP = "dc86d51b-81d1-4827-81be-2b5e64ba7dc1", "22222222-2222-4333-8444-555555555555"
EXPERIMENT = "2026-11/2026-11-Smith-1012039/data"
SITES = f"""
aps: {{collection: {APS}, name: "APS:DM:32ID", data_access: false}}
laptop: {{collection: {LAPTOP}, name: my laptop, data_access: false}}
"""


def download(s, description, status=0):
    """As the user calls it. Returns the transfer's report."""
    return ran(s, ["run", "--set", "MONTH=2026-11", "--set", "PI=Smith", "--set", "GUP=1012039", str(description)], status)


def ran(s, arguments, status=0):
    command = [s.program, *arguments, "--json"]
    done = subprocess.run(command, env=s.environment, cwd=s.directory, capture_output=True, text=True, timeout=120)
    assert done.returncode == status, f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}"
    return json.loads(done.stdout)["transfers"][0]


def at_the_beamline(test):
    def played(shared):
        s = StandIn(shared.program, sites=SITES)
        try:
            s.write(Path(s.environment["HOME"]) / ".globusonline/lta/client-id.txt", LAPTOP + "\n")
            data = s.root / "aps" / EXPERIMENT
            for number in range(3):
                s.write(data / f"scan{number}/image.h5", bytes([number]) * 50_000)
            test(s, data, s.root / "laptop")
        finally:
            s.stop()
            os.environ.update({name: value for name, value in shared.environment.items() if name.startswith(("GLOBUS_", "HOME"))})

    played.__name__ = test.__name__
    return played


@judge
@at_the_beamline
def download_by_name_repeated_during_beam_time(s, data, laptop):
    example = PACKAGE / "examples/aps-download.yaml"
    first = download(s, example)
    home = next(path for path in laptop.rglob("2026-11-Smith-1012039"))
    assert tree(home) == tree(data) and len(tree(home)) == 3
    assert s.globus_json("task", "show", first["task_id"])["files_transferred"] == 3

    s.write(data / "scan3/image.h5", b"new")
    os.utime(data / "scan1/image.h5", (4_000_000_000, 4_000_000_000))
    second = download(s, example)
    task = s.globus_json("task", "show", second["task_id"])
    # The second was only touched: what has changed at the source is compared by checksum, and its contents are there already.
    assert second["task_id"] != first["task_id"] and task["files_transferred"] == 1 and task["files_skipped"] == 3, task
    assert tree(home) == tree(data)

    # The CLI's own comparison finds nothing left to do.
    again = s.transfer("--recursive", "--sync-level", "checksum", f"{APS}:/{EXPERIMENT}/", f"{LAPTOP}:/~/beamtime/2026-11-Smith-1012039/")
    assert s.globus_json("task", "show", again)["files_transferred"] == 0


def mail(s):
    """The link of the facility's mail."""
    return f"https://app.globus.org/file-manager?origin_id={APS}&origin_path=%2F{EXPERIMENT.replace('/', '%2F')}%2F"


@judge
@at_the_beamline
def copy_in_one_line_and_the_cli_sees_both_ends(s, data, laptop):
    line = ["copy", mail(s), "~/beamtime"]
    plan = ran(s, [*line, "--dry-run"])["comparison"]
    assert plan["new"]["files"] == 3 and plan["new"]["bytes"] == 150_000 and plan["there"]["files"] == 0, plan
    first = ran(s, line)
    assert first["new"]["files"] == 3, first
    home = next(laptop.rglob("beamtime"))
    assert tree(home) == tree(data)
    names = {entry["name"] for entry in s.globus_json("ls", f"{LAPTOP}:{s.environment['HOME']}/beamtime/")["DATA"]}
    assert names == {entry["name"] for entry in s.globus_json("ls", f"{APS}:/{EXPERIMENT}/")["DATA"]} == {"scan0", "scan1", "scan2"}

    tasks = len(s.globus_json("task", "list")["DATA"])
    assert "new" not in ran(s, line)
    assert len(s.globus_json("task", "list")["DATA"]) == tasks
    s.write(data / "scan3/image.h5", b"new")
    assert ran(s, line)["new"]["paths"] == ["scan3/image.h5"]
    task = s.globus_json("task", "list")["DATA"][0]
    assert task["files_transferred"] == 1 and len(s.globus_json("task", "list")["DATA"]) == tasks + 1, task
    assert tree(home) == tree(data)


@judge
@at_the_beamline
def download_by_the_link_of_the_mail(s, data, laptop):
    link = mail(s)
    description = s.write(
        s.directory / "link.yaml", f"pptransfer: 1\nfrom: {{link: '{link}'}}\nto: {{collection: {{gcp: local}}, path: /~/beamtime/}}\n")
    download(s, description)
    assert tree(next(laptop.rglob("beamtime"))) == tree(data)
