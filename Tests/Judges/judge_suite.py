#!/usr/bin/env python3
"""Cylc and Rose, unchanged, judge the suite templates. Usage: judge_suite.py PROGRAM [PART OF A NAME]"""

import math
import re
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support import tree
from workflow import ROOT, TEMPLATE, Desk, StandIn, Workflow

CYCLES = ["19880901T0000Z", "19881001T0000Z", "19881101T0000Z"]
ARCHIVE = "jasmin/gws/nopw/j04/canari/archive"


# What each log must show.


def position(log, pattern):
    """Where a pattern first stands; it must."""
    found = re.search(pattern, log)
    assert found, f"nothing matches {pattern} in\n{log}"
    return found.start()


def check_order(log, cycle, member):
    """Submitted, archived, and only then removed."""
    done = position(log, rf"{cycle}/pptransfer_{member}/\d\d:\w+\] completed output archived")
    assert position(log, rf"{cycle}/(pptransfer|hand_over)_{member}/\d\d:\w+\] completed output with-globus") < done
    assert done < position(log, rf"{cycle}/housekeep_{member}/\d\d:\w+\] submitted to")


def check_files(workflow, collections, cycle, member):
    made = tree(workflow.directory / "work" / cycle / f"model_{member}" / "output")
    assert len(made) == 12, sorted(made)
    arrived = tree(collections / ARCHIVE / workflow.name / cycle / member)
    assert arrived == made, f"{cycle} {member}: {sorted(arrived)}"
    # The staging directory itself stays, empty.
    assert tree(workflow.directory / "share" / "cycle" / cycle / member) == {}, "the staged files are still there"


# The judgements.


def definitions_are_valid_and_clean(desk):
    for variables in ([], ["-S", "SPLIT=True"], ["-O", "archer2"]):
        desk.run("cylc", "validate", TEMPLATE, *variables)
    assert "found no issues" in desk.run("cylc", "lint", TEMPLATE)
    for fragment in sorted((ROOT / "suite-templates" / "fragments").glob("*.cylc")):
        flow = desk.directory / fragment.stem / "flow.cylc"
        flow.parent.mkdir()
        flow.write_text(fragment.read_text())
        desk.run("cylc", "validate", flow.parent)
        assert "found no issues" in desk.run("cylc", "lint", flow.parent)
    old = desk.directory / "cylc-7"
    old.mkdir()
    (old / "suite.rc").write_text((ROOT / "suite-templates" / "fragments" / "cylc-7.rc").read_text())
    desk.run("cylc", "validate", old)


def rose_metadata_is_valid_and_kept(desk):
    for meta in TEMPLATE.glob("**/meta"):
        desk.run("rose", "metadata-check", "-C", meta)
    desk.run("rose", "macro", "--validate", "--no-warn", "version", "-C", TEMPLATE)
    wrong = desk.directory / "wrong"
    desk.run("cp", "-r", TEMPLATE / "app" / "pptransfer", wrong)
    conf = wrong / "rose-app.conf"
    conf.write_text(conf.read_text().replace("TO_COLLECTION=jasmin", "TO_COLLECTION=archer2").replace("TO_ROOT=/", "TO_ROOT="))
    said = desk.run("rose", "macro", "--validate", "-C", wrong, status=1)
    assert "env=TO_COLLECTION" in said and "env=TO_ROOT" in said, said


def the_workflow_as_it_stands_archives_two_members_of_three_cycles(desk):
    workflow = Workflow(desk, "u-ab123")
    try:
        log = workflow.complete()
        for cycle in CYCLES:
            for member in ("m1", "m2"):
                check_order(log, cycle, member)
                check_files(workflow, workflow.directory / "share/stand-in/collections", cycle, member)
                receipt = workflow.job_log(f"{cycle}/pptransfer_{member}/NN", f"pptransfer-receipt-{member}.txt")
                assert f"u-ab123 {cycle} {member}: archived" in receipt and "files    12," in receipt, receipt
                assert f"{cycle} {member}: archived" in workflow.job_log(f"{cycle}/housekeep_{member}/NN", "job.out")
        assert "=> failed" not in log and "ask_person" not in log
    finally:
        workflow.stop()


# Handing over lacks a consent at first; then the task takes longer than a job that does not wait.
SPLIT_FAULTS = """
pptransfer_faults: 1
http:
  - {route: submit, times: 2, do: consent-required}
tasks:
  - {label: "*19880901*", do: {queue: 8s}}
"""


def split_in_two_the_wait_is_a_task_of_its_own(desk):
    standin = StandIn(desk, SPLIT_FAULTS)
    workflow = Workflow(
        desk, "u-ab125", SPLIT=True, MEMBERS=1, STOP=CYCLES[0], STAND_IN="given", STAND_IN_ENVIRONMENT=str(standin.ready)
    )
    try:
        # What keeps it from being handed over is a person's matter, too.
        workflow.wait_for(rf"{CYCLES[0]}/ask_person_m1/01:\w+\] => succeeded")
        workflow.cylc("trigger", f"{CYCLES[0]}/hand_over_m1")
        log = workflow.complete(stalls=math.inf)
        check_order(log, CYCLES[0], "m1")
        check_files(workflow, standin.root, CYCLES[0], "m1")
        assert len(standin.labels()) == 1, standin.labels()
        position(log, rf"{CYCLES[0]}/hand_over_m1/02:\w+\] \(received\)pptransfer running")
        assert "resumes Globus task" in workflow.job_log(f"{CYCLES[0]}/pptransfer_m1/NN", "job.err")
    finally:
        workflow.stop()
        standin.stop()


# The first cycle's job is killed while its task waits; the second's submission lacks a consent; the third's takes longer than a job may.
FAULTS = """
pptransfer_faults: 1
http:
  - {route: submit, after: 1, times: 2, do: consent-required}
tasks:
  - {label: "*19880901*", do: {queue: 12s}}
  - {label: "*19881101*", do: {queue: 25s}}
"""


def with_faults_every_cycle_has_one_globus_task(desk):
    standin = StandIn(desk, FAULTS)
    workflow = Workflow(
        desk, "u-ab124", MEMBERS=1, RUNAHEAD="P0", RETRIES="3*PT1S", TRANSFER_LIMIT="PT20S", STAND_IN="given",
        STAND_IN_ENVIRONMENT=str(standin.ready),
    )
    first, second, third = (f"{cycle}/pptransfer_m1" for cycle in CYCLES)
    try:
        workflow.wait_for(rf"{first}/01:\w+\] completed output with-globus")
        workflow.kill_program(f"{first}/01")

        # The second cycle waits for a person. Nobody tries it again meanwhile.
        log = workflow.wait_for(rf"{CYCLES[1]}/ask_person_m1/01:\w+\] => succeeded")
        position(log, rf"{second}/01:\w+\] completed output consent")
        assert f"{second}/02" not in log and f"{CYCLES[1]}/housekeep" not in log and f"{second}/01:running] => waiting" not in log
        assert "consent (21)" in workflow.job_log(f"{second}/01", "job.err")
        position(log, rf"{first}/01:\w+\] failed/EXIT")
        position(log, rf"{first}/02:\w+\] completed output archived|{first}/02:\w+\] \(received\)pptransfer archived")
        assert "resumes Globus task" in workflow.job_log(f"{first}/02", "job.err")

        # A finished cycle that is triggered again sends nothing.
        workflow.cylc("trigger", first)
        workflow.wait_for(rf"{first}/03:\w+\] => succeeded")
        assert "already archived" in workflow.job_log(f"{first}/03", "job.out")

        # The person's side: the login is mended (the fault was for once), the cycle sent from outside, the workflow told.
        journal = workflow.directory / "share/pptransfer/rehearsal"
        desk.run(desk.program, "rerun", workflow.name, "--failed", "--journal", journal, **standin.variables)
        workflow.cylc("trigger", second)

        # It stalls for as long as it waits for a person.
        log = workflow.complete(stalls=math.inf)
        for cycle in CYCLES:
            check_order(log, cycle, "m1")
            check_files(workflow, standin.root, cycle, "m1")
        position(log, rf"{third}/01:\w+\] failed/XCPU")
        assert "resumes Globus task" in workflow.job_log(f"{third}/02", "job.err")
        # The last word is the fingerprint of paths and selection.
        labels = [label.rsplit(" ", 1)[0] for label in standin.labels()]
        assert labels == [f"pptransfer {workflow.name} {cycle} m1" for cycle in CYCLES], labels
    finally:
        workflow.stop()
        standin.stop()


# A suite as it was: the old app, its command replaced by convert and run.
OLD_FLOW = """
[scheduling]
    cycling mode = 360day
    initial cycle point = 19880901T0000Z
    final cycle point = 19880901T0000Z
    [[graph]]
        R1 = postproc => pptransfer & plain
[runtime]
    [[root]]
        pre-script = . "READY"
        env-script = eval $(rose task-env)
        [[[environment]]]
            ROSE_TASK_APP = postproc
    [[postproc]]
        script = mkdir -p "$ROSE_DATAC" && echo field >"$ROSE_DATAC/ab123a.pa19880901.pp"
    [[pptransfer]]
        script = rose task-run -O '(archer2)' --command-key=pptransfer
    [[plain]]
        script = rose task-run -O '(archer2)' --command-key=from-the-app
"""
OLD_APP = """
[command]
pptransfer=pptransfer convert | pptransfer run -
from-the-app=pptransfer convert "$CYLC_WORKFLOW_RUN_DIR" -O archer2 >fromapp.yaml && pptransfer run --dry-run fromapp.yaml

[file:pptransfer.nl]
source=namelist:suitegen (namelist:pptransfer) (namelist:archer_arch)

[namelist:archer_arch]
archive_name=$CYLC_SUITE_NAME
archive_root_path=$ROSE_DATAC

[!!namelist:pptransfer]
globus_cli=true
globus_default_colls=true

[namelist:suitegen]
archive_command='Archer'
"""
OLD_SITE = """
[namelist:pptransfer]
transfer_dir=/gws/nopw/j04/canari/archive
"""


def the_old_app_sends_where_it_did_through_convert(desk):
    standin = StandIn(desk, "pptransfer_faults: 1\n")
    source = desk.directory / "old"
    (source / "app/postproc/opt").mkdir(parents=True)
    (source / "flow.cylc").write_text(OLD_FLOW.replace("READY", str(standin.ready)))
    (source / "rose-suite.conf").write_text("")
    (source / "app/postproc/rose-app.conf").write_text(OLD_APP)
    (source / "app/postproc/opt/rose-app-archer2.conf").write_text(OLD_SITE)
    workflow, second = Workflow(desk, "u-ab126", source=source), None
    try:
        workflow.complete()
        # transfer_dir/$CYLC_SUITE_NAME/cycle, and of the source ROSE_DATAC alone, as transfer.py has it.
        arrived = tree(standin.root / ARCHIVE)
        assert list(arrived) == [f"u-ab126/run1/{CYCLES[0]}/ab123a.pa19880901.pp"], arrived
        plan = workflow.job_log(f"{CYCLES[0]}/plain/NN", "job.out")
        assert f"jasmin:/{ARCHIVE.split('/', 1)[1]}/u-ab126/run1/{CYCLES[0]}" in plan, plan
        assert f"/share/cycle/{CYCLES[0]}  (" in plan, plan

        # A second installation has a journal of its own; a login shell finds both, and what 'cylc clean' has left.
        second = Workflow(desk, "u-ab126", source=source, run=2)
        second.complete()
        assert f"u-ab126/run2/{CYCLES[0]}/ab123a.pa19880901.pp" in tree(standin.root / ARCHIVE)
        status = desk.run(desk.program, "status", "u-ab126", **standin.variables)
        assert re.search(rf"{CYCLES[0]} +run1 .* archived ", status) and re.search(rf"{CYCLES[0]} +run2 .* archived ", status), status
        desk.run("cylc", "clean", "-y", "u-ab126/run1")
        desk.run(desk.program, "receipt", "u-ab126", CYCLES[0], **standin.variables)
        desk.run("cylc", "clean", "-y", "u-ab126")
        receipt = desk.run(desk.program, "receipt", "u-ab126", CYCLES[0], **standin.variables)
        assert "archived" in receipt and "second copies of the receipts" in receipt, receipt
        missing = desk.run(
            desk.program, "status", "u-ab126", "--missing", f"{CYCLES[0]}..{CYCLES[1]}", "--every", "P1M", status=13, **standin.variables)
        assert CYCLES[1] in missing and f"{CYCLES[0]} " not in missing, missing
        assert "1 of 1 cycle" in desk.run(desk.program, "report", "u-ab126", "--format", "text", **standin.variables)
    finally:
        if second:
            second.stop()
        workflow.stop()
        standin.stop()


QUICK = [definitions_are_valid_and_clean, rose_metadata_is_valid_and_kept]
# Mostly they wait: for schedulers, for delays.
LONG = [
    with_faults_every_cycle_has_one_globus_task, the_workflow_as_it_stands_archives_two_members_of_three_cycles,
    split_in_two_the_wait_is_a_task_of_its_own, the_old_app_sends_where_it_did_through_convert,
]


def judged(function, program):
    desk = Desk(str(Path(program).resolve()))
    try:
        function(desk)
        return None
    except Exception:
        return traceback.format_exc()
    finally:
        desk.remove()


def main(program, only):
    chosen = [function for function in LONG + QUICK if not only or only in function.__name__.replace("_", " ")]
    with ThreadPoolExecutor(len(chosen) or 1) as pool:
        results = list(zip(chosen, pool.map(lambda function: judged(function, program), chosen)))
    for function, problem in results:
        print(f"{'FAIL' if problem else 'ok  '}  {function.__name__.replace('_', ' ')}")
        if problem:
            print(problem)
    failed = sum(problem is not None for _, problem in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
