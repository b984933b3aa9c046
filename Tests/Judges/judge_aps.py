"""A beamline's data, downloaded to a laptop by the example as it stands; the CLI sees what was sent and finds nothing left to send."""

import json
import os
import subprocess
from pathlib import Path

from support import StandIn, judge, tree

PACKAGE = Path(__file__).resolve().parents[2]
APS, LAPTOP = "dc86d51b-81d1-4827-81be-2b5e64ba7dc1", "22222222-2222-4333-8444-555555555555"
SITES = f"""
aps: {{collection: {APS}, name: "APS:DM:32ID", data_access: false}}
laptop: {{collection: {LAPTOP}, name: my laptop, data_access: false}}
"""


def download(s, description, status=0):
    """As the user calls it. Returns the transfer's report."""
    command = [s.program, "run", "--json", "--set", "PI=Smith", "--set", "YEAR=2026", "--set", "MONTH=11", str(description)]
    done = subprocess.run(command, env=s.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == status, f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}"
    return json.loads(done.stdout)["transfers"][0]


def at_the_beamline(test):
    def played(shared):
        s = StandIn(shared.program, sites=SITES)
        try:
            s.write(Path(s.environment["HOME"]) / ".globusonline/lta/client-id.txt", LAPTOP + "\n")
            data = s.root / "aps/Smith-2026-11"
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
    home = next(path for path in laptop.rglob("Smith-2026-11"))
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
    again = s.transfer("--recursive", "--sync-level", "checksum", f"{APS}:/Smith-2026-11/", f"{LAPTOP}:/~/beamtime/Smith-2026-11/")
    assert s.globus_json("task", "show", again)["files_transferred"] == 0


@judge
@at_the_beamline
def download_by_the_link_of_the_mail(s, data, laptop):
    link = f"https://app.globus.org/file-manager?origin_id={APS}&origin_path=%2FSmith-2026-11%2F"
    description = s.write(
        s.directory / "link.yaml", f"pptransfer: 1\nfrom: {{link: '{link}'}}\nto: {{collection: {{gcp: local}}, path: /~/beamtime/}}\n")
    download(s, description)
    assert tree(next(laptop.rglob("beamtime"))) == tree(data)
