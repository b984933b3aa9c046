"""Made-up journals: one real record of a rehearsal, copied under other cycles, and changed to what other endings leave."""

import copy
import datetime
import json
import random
import subprocess
import urllib.parse
import uuid

START = datetime.datetime(2026, 1, 5, 6, tzinfo=datetime.timezone.utc)

# How a cycle may stand: the status of the latest run (None: it was cut off), the state of its submission, what it said.
ENDINGS = {
    "submitted": (None, "accepted", None),
    "begun": (None, None, None),
    "session": (22, "accepted", "the Globus task needs a login (credentials expired): it is INACTIVE, and continues after the login"),
    "no-space": (40, "failed", "the Globus task failed: no space left on device (QUOTA_EXCEEDED)"),
    "source-missing": (10, None, "no file matches '*a.da*' at archer2:/work/n02/n02/me/archive/"),
    "failed": (50, "failed", "the Globus task failed: the destination <script>alert(1)</script> & \"others\" did not answer (TIMEOUT)"),
    "mismatch": (60, "failed", "the Globus task succeeded, but 2 files at jasmin:/gws/canari are not as sent"),
}


def template(program, work):
    """A record as the program writes it."""
    (work / "data").mkdir(parents=True)
    (work / "data/ab123a.pa19880901.pp").write_bytes(b"x" * 1000)
    task = work / "task.yaml"
    task.write_text(
        "pptransfer: 1\nname: atmos\nworkflow: u-ab123\ncycle: 00010101T0000Z\n"
        f"from: {{collection: archer2, path: {work}/data}}\n"
        "to: {collection: jasmin, path: '/gws/nopw/j04/canari/archive/{workflow}/{cycle}'}\n")
    subprocess.run([program, "rehearse", "--root", work / "root", task], check=True, capture_output=True)
    return json.loads((work / "root/journal/u-ab123/00010101T0000Z@atmos.json").read_text())


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def record(model, dice, cycle, name, moment, ending):
    made = copy.deepcopy(model)
    size = int(dice.lognormvariate(25, 0.6))
    made.update(cycle=cycle, name=name, updated=text(moment + datetime.timedelta(hours=2)))
    made["submission"].update(
        begun=text(moment), ended=text(moment + datetime.timedelta(hours=1)), files=dice.randint(20, 160), bytes=size,
        task=str(uuid.UUID(int=dice.getrandbits(128), version=4)))
    if ending == "archived":
        made["receipt"].update(
            files=made["submission"]["files"], bytes=size, rate=int(dice.lognormvariate(19.5, 0.35)),
            proven=text(moment + datetime.timedelta(hours=1)), tasks=[made["submission"]["task"]])
        if dice.random() < 0.8:
            made["receipt"]["cleaned"] = text(moment + datetime.timedelta(hours=2))
        return made
    status, state, message = ENDINGS[ending]
    del made["receipt"]
    if state is None:
        del made["submission"]
    else:
        made["submission"]["state"] = state
    if status is None:
        made.pop("outcome", None)
    else:
        made["outcome"].update(status=ending, exit_status=status, message=message, time=made["updated"])
    return made


def make(journal, model, cycles, workflow="u-ab123", names=("atmos",), seed=1):
    """Writes a campaign: most of it archived, the last cycles under way, and something of each other ending."""
    dice = random.Random(seed)
    # As the program names a workflow's directory.
    place = journal / urllib.parse.quote(workflow, safe="-_+:.")
    place.mkdir(parents=True)
    others = [ending for ending in ENDINGS if ending not in ("submitted", "begun")]
    for number in range(cycles):
        cycle = f"{1850 + number // 12:04}{number % 12 + 1:02}01T0000Z"
        moment = START + datetime.timedelta(hours=number * (300 * 24 / cycles))
        for name in names:
            ending = "archived"
            if number >= cycles - 2:
                ending = "submitted" if number == cycles - 1 else dice.choice(others)
            elif cycles > 10 and (dice.random() < 0.02 or number < len(others)):
                ending = others[number] if number < len(others) else dice.choice(others)
            made = record(model, dice, cycle, name, moment, ending)
            made["workflow"] = workflow
            (place / f"{cycle}@{name}.json").write_text(json.dumps(made, indent=2, sort_keys=True))
