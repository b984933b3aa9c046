"""The jsonschema package: the examples, and what the program prints with --json, are what its schemas say."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import yaml

from support import ARCHER2, judge

PACKAGE = Path(__file__).resolve().parents[2]


def run(s, *arguments):
    """Runs the program against the stand-in. Returns its exit status and what it printed."""
    done = subprocess.run([s.program, *map(str, arguments)], env=s.environment, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout


def narrated(s, *arguments):
    """Runs the program. Returns its exit status and the objects of its narration."""
    done = subprocess.run([s.program, *map(str, arguments)], env=s.environment, capture_output=True, text=True, timeout=120)
    return done.returncode, [json.loads(line) for line in done.stderr.splitlines()]


def validator(s, document):
    schema = json.loads(run(s, "schema", document)[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def holds(s, document, status, *arguments):
    """The output is what the schema says, and the schema is not so wide that it takes anything else."""
    code, output = run(s, *arguments)
    assert code == status, f"{arguments}: status {code}\n{output}"
    value = json.loads(output)
    validator(s, document).validate(value)
    assert value["pptransfer"] in (document, "refusal") and value["format"] == 2 and value["exit_status"] == code, output
    envelope = {"pptransfer": "stranger", "format": 2, "status": "ok", "exit_status": 0}
    for spoilt in ({"stranger": 1}, [1], "text", envelope, {**value, "format": 1}, {**value, "stranger": 1}):
        assert not validator(s, document).is_valid(spoilt), f"the schema of {document} takes {spoilt}"
    return value


def describe(s, name, more=""):
    source = s.archer2 / "work/schema" / name
    s.write(source / "a.pp", "1")
    return s.write(
        s.directory / f"{name}.yaml",
        f"pptransfer: 1\nname: {name}\nworkflow: u-ab123\ncycle: '1'\n"
        f"from: {{collection: {ARCHER2}, path: /work/schema/{name}}}\nto: {{collection: jasmin, path: /gws/{name}}}\n{more}")


@judge
def schema_of_descriptions_takes_every_example(s):
    schema = validator(s, "description")
    paths = sorted(path for folder in ("examples", "suite-templates") for path in (PACKAGE / folder).rglob("*.yaml"))
    marked = [path for path in paths if re.search(r"^pptransfer: 1$", path.read_text(), re.MULTILINE)]
    assert len(marked) >= 5
    for path in marked:
        for document in yaml.safe_load_all(path.read_text()):
            schema.validate(document)


@judge
def schema_of_descriptions_refuses_what_the_reader_refuses(s):
    schema = validator(s, "description")
    for name in ("duration-bare", "enumeration", "key-unknown", "list-for-mapping", "sync-number", "notify-off"):
        document = yaml.safe_load((PACKAGE / "Tests/Corpus" / name / "task.yaml").read_text())
        assert not schema.is_valid(document), name
    end = {"collection": "jasmin", "path": "/gws/x"}
    assert schema.is_valid({"pptransfer": 1, "from": {"link": "https://app.globus.org/file-manager", "path": "/x"}, "to": end})
    assert not schema.is_valid({"pptransfer": 1, "from": {"link": "https://app.globus.org/file-manager", "collection": "x"}, "to": end})


@judge
def schema_of_sites_takes_every_site_file(s):
    schema = validator(s, "sites")
    paths = [PACKAGE / "Sources/PPTransfer/Sites/sites.yaml", *(PACKAGE / "examples").rglob("*.sites.yaml")]
    assert len(paths) >= 2
    for path in paths:
        document = yaml.safe_load(path.read_text())
        # An editor's YAML takes a date for text; PyYAML does not.
        for site in document.values():
            for key in {"until", "checked"} & set(site):
                site[key] = str(site[key])
        schema.validate(document)
    for spoilt in ({"x": {}}, {"x": {"collection": ["x"]}}, {"x": {"collection": ARCHER2, "nmae": "x"}}, {"login": {}}):
        assert not schema.is_valid(spoilt), spoilt


@judge
def schema_of_whoami_holds(s):
    assert holds(s, "whoami", 0, "whoami", "--json")["login"]


@judge
def schema_of_clean_holds(s):
    run(s, "run", describe(s, "clean"))
    assert holds(s, "clean", 0, "clean", "--json", "--cycle", "1", "--name", "clean")["transfers"][0]["title"]
    assert holds(s, "clean", 13, "clean", "--json", "--cycle", "1850")["transfers"] == []


@judge
def schema_of_plan_holds(s):
    holds(s, "plan", 0, "run", "--dry-run", "--json", describe(s, "plan"))


@judge
def schema_of_run_holds_for_a_success_and_for_refusals(s):
    done = holds(s, "run", 0, "run", "--json", describe(s, "run"))
    assert done["transfers"][0]["status"] == "ok" and "proven" in done["transfers"][0]
    failed = holds(s, "run", 10, "run", "--json", describe(s, "missing", "select: {required: ['*.none']}\n"))
    assert failed["transfers"][0]["again"]
    refused = holds(s, "run", 65, "run", "--json", describe(s, "wrong", "emty: fail\n"))
    assert refused["pptransfer"] == "refusal" and refused["problems"][0]["key"] == "emty"


@judge
def schema_of_log_holds_for_every_line(s):
    schema = validator(s, "log")
    events, levels = set(), set()
    for status, name, more in ((0, "log", ""), (10, "log-missing", "select: {required: ['*.none']}\n"), (65, "log-wrong", "emty: fail\n")):
        file = describe(s, name, more)
        code, lines = narrated(s, "run", "--log-format", "json", "--verbose", file)
        assert code == status and lines, f"status {code}"
        for line in lines:
            schema.validate(line)
            events.add(line.get("event"))
            levels.add(line["level"])
    assert {"scanned", "submitted", "request", "problem", "result"} <= events, events
    assert {"debug", "info", "error"} <= levels, levels
    for spoilt in ({"pptransfer_log": 1}, {**lines[0], "stranger": 1}, {**lines[0], "level": "loud"}, {**lines[0], "event": "party"}):
        assert not schema.is_valid(spoilt), f"the schema takes {spoilt}"


@judge
def schema_of_status_holds(s):
    run(s, "run", describe(s, "status"))
    report = holds(s, "status", 0, "status", "--json", "--refresh", "--name", "status")
    assert report["transfers"][0]["state"] == "archived"


@judge
def schema_of_receipt_holds(s):
    run(s, "run", describe(s, "receipt"))
    report = holds(s, "receipt", 0, "receipt", "--json", "u-ab123", "--cycle", "1", "--name", "receipt")
    assert report["transfers"][0]["receipt"]["files"] == 1
    assert holds(s, "receipt", 61, "receipt", "--json", "u-ab123", "--cycle", "1850")["missing"]


@judge
def schema_of_check_holds(s):
    code, output = run(s, "check", "--json", describe(s, "check"))
    holds(s, "check", code, "check", "--json", describe(s, "check"))
    assert json.loads(output)["items"]


@judge
def schema_of_doctor_holds(s):
    code, _ = run(s, "doctor", "--json")
    assert holds(s, "doctor", code, "doctor", "--json")["items"]


@judge
def schema_of_cancel_holds(s):
    run(s, "run", describe(s, "cancel"))
    assert holds(s, "cancel", 0, "cancel", "--json", "--cycle", "1", "--name", "cancel")["transfers"]
    assert holds(s, "cancel", 13, "cancel", "--json", "--cycle", "1850")["transfers"] == []


@judge
def schema_of_collections_holds(s):
    assert len(holds(s, "collections", 0, "collections", "list", "--json")["collections"]) >= 2
    assert holds(s, "collections", 0, "collections", "show", "--json", ARCHER2)["answer"]["id"] == ARCHER2
    assert holds(s, "collections", 0, "collections", "search", "--json", "archer2")["answer"]["DATA"]
    assert holds(s, "collections", 0, "collections", "ls", "--json", f"{ARCHER2}:/")["answer"]["DATA"]


@judge
def schema_of_validate_holds(s):
    assert holds(s, "validate", 65, "validate", "--json", PACKAGE / "Tests/Corpus")["errors"] > 60
    assert holds(s, "validate", 0, "validate", "--json", describe(s, "sound"))["errors"] == 0


@judge
def schema_of_explain_holds(s):
    assert len(holds(s, "explain", 0, "explain", "--json")["pages"]) > 40
