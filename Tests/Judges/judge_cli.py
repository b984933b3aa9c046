"""The Globus CLI."""

import hashlib
import json
import os

from support import ARCHER2, JASMIN, judge, tree


@judge
def cli_whoami_names_the_service_account(s):
    assert s.globus("whoami").strip() == f"{s.client_id}@clients.auth.globus.org"
    assert s.client_id in s.globus("whoami", "--verbose")
    assert s.client_id in s.globus("whoami", "--linked-identities")
    assert s.globus("get-identities", s.client_id).strip() == f"{s.client_id}@clients.auth.globus.org"


@judge
def cli_session_show_has_nothing_to_show_of_a_service_account(s):
    assert "Auth Time" in s.globus("session", "show")


@judge
def cli_ls_shows_files_and_directories(s):
    s.write(s.archer2 / "ls/a.pp", "12345")
    s.write(s.archer2 / "ls/sub/deep/b.nc", "1")
    s.write(s.archer2 / "ls/.hidden", "")
    (s.archer2 / "ls/alias").symlink_to("a.pp")
    assert s.globus("ls", f"{ARCHER2}:/ls").split() == ["a.pp", "alias", "sub/"]
    assert s.globus("ls", "--all", f"{ARCHER2}:/ls/").split() == [".hidden", "a.pp", "alias", "sub/"]
    assert "sub/deep/b.nc" in s.globus("ls", "--recursive", f"{ARCHER2}:/ls").split()
    assert s.globus("ls", "--filter", "~*.pp", f"{ARCHER2}:/ls").split() == ["a.pp"]
    assert s.globus("ls", "--orderby", "size:DESC", f"{ARCHER2}:/ls").split()[-1] in ("a.pp", "alias")
    assert "0644" in s.globus("ls", "--long", f"{ARCHER2}:/ls")
    listing = s.globus_json("ls", f"{ARCHER2}:/ls")["DATA"]
    assert [(entry["type"], entry["link_target"]) for entry in listing] == [("file", None), ("file", "a.pp"), ("dir", None)]


@judge
def cli_ls_without_a_path_shows_the_home(s):
    s.write(s.archer2 / "home/rehearsal/mine.txt", "")
    assert s.globus("ls", ARCHER2).split() == ["mine.txt"]
    assert s.globus("ls", f"{ARCHER2}:~/").split() == ["mine.txt"]


@judge
def cli_ls_of_what_is_not_there_fails_with_1(s):
    text = s.globus("ls", f"{ARCHER2}:/none", status=1)
    assert "ClientError.NotFound" in text and "request_id" in text
    s.write(s.archer2 / "plain", "")
    assert "ExternalError.DirListingFailed.NotDirectory" in s.globus("ls", f"{ARCHER2}:/plain", status=1)
    s.globus("ls", "--map-http-status", "404=50", f"{ARCHER2}:/none", status=50)


@judge
def cli_stat_shows_one_path(s):
    s.write(s.archer2 / "stat/a.pp", "12345")
    shown = s.globus_json("stat", f"{ARCHER2}:/stat/a.pp")
    assert (shown["type"], shown["size"], shown["name"]) == ("file", 5, "a.pp")
    assert s.globus_json("stat", f"{ARCHER2}:/stat")["type"] == "dir"
    assert "Nothing found" in s.globus("stat", f"{ARCHER2}:/stat/none")


@judge
def cli_mkdir_makes_a_directory_once(s):
    assert "created successfully" in s.globus("mkdir", f"{JASMIN}:/made")
    assert (s.jasmin / "made").is_dir()
    assert "ExternalError.MkdirFailed.Exists" in s.globus("mkdir", f"{JASMIN}:/made", status=1)
    assert "No such file or directory" in s.globus("mkdir", f"{JASMIN}:/no/parent", status=1)


@judge
def cli_rename_moves_a_file(s):
    s.write(s.jasmin / "rename/a", "1")
    assert "renamed successfully" in s.globus("rename", JASMIN, "/rename/a", "/rename/b")
    assert tree(s.jasmin / "rename") == {"b": b"1"}
    s.globus("rename", JASMIN, "/rename/a", "/rename/c", status=1)


@judge
def cli_transfer_moves_a_directory_byte_for_byte(s):
    for number, size in enumerate((0, 1, 4096, 100_000, 3_000_000)):
        s.write(s.archer2 / f"run/f{number}.pp", os.urandom(size))
    s.write(s.archer2 / "run/sub/é ★ name.nc", "1")
    task = s.transfer("--recursive", "--label", "pp u-ab123", f"{ARCHER2}:/run", f"{JASMIN}:/in/run")
    assert tree(s.archer2 / "run") == tree(s.jasmin / "in/run")
    shown = s.globus_json("task", "show", task)
    assert (shown["status"], shown["label"], shown["files"], shown["faults"]) == ("SUCCEEDED", "pp u-ab123", 6, 0)
    for part in ("Status:", "SUCCEEDED", "JASMIN Default Collection"):
        assert part in s.globus("task", "show", task)
    assert "/in/run/sub/é ★ name.nc" in s.globus("task", "show", "--successful-transfers", task)
    sent = s.globus_json("task", "show", "--successful-transfers", task)["DATA"]
    sums = {item["destination_path"]: (item["size"], item["checksum"]) for item in sent}
    for path, content in tree(s.jasmin / "in/run").items():
        assert sums[f"/in/run/{path}"] == (len(content), hashlib.md5(content).hexdigest())
    assert "STARTED" in s.globus("task", "event-list", task)
    assert "not paused" in s.globus("task", "pause-info", task)
    assert "completed before" in s.globus("task", "cancel", task)


@judge
def cli_transfer_of_one_file_needs_no_flag(s):
    s.write(s.archer2 / "one/a.pp", "1")
    s.transfer(f"{ARCHER2}:/one/a.pp", f"{JASMIN}:/one/deep/b.pp")
    assert tree(s.jasmin / "one") == {"deep/b.pp": b"1"}


@judge
def cli_transfer_takes_a_batch(s):
    for name in ("a", "b b", "d/c"):
        s.write(s.archer2 / f"batch/{name}", name)
    lines = '# comment\na a2\n"b b" "b b"\n--recursive d d\n'
    s.transfer("--batch", "-", f"{ARCHER2}:/batch", f"{JASMIN}:/batch", stdin=lines)
    assert tree(s.jasmin / "batch") == {"a2": b"a", "b b": b"b b", "d/c": b"d/c"}


@judge
def cli_include_and_exclude_are_tried_in_order(s):
    for name in ("a.pp", "b.tmp", "keep.tmp", "sub/c.tmp", "sub/d.nc"):
        s.write(s.archer2 / f"filter/{name}", name)
    s.transfer("-r", "--include", "keep*", "--exclude", "*.tmp", f"{ARCHER2}:/filter", f"{JASMIN}:/filter")
    assert sorted(tree(s.jasmin / "filter")) == ["a.pp", "keep.tmp", "sub/d.nc"]
    s.globus("transfer", "--exclude", "*.tmp", "--no-recursive", f"{ARCHER2}:/filter/a.pp", f"{JASMIN}:/x", status=2)


@judge
def cli_each_sync_level_sends_what_differs_by_it(s):
    expected = {"exists": "absent", "size": "absent size", "mtime": "absent newer size", "checksum": "absent bytes size"}
    for level, names in expected.items():
        source, target = s.archer2 / f"sync-{level}", s.jasmin / f"sync-{level}"
        for name, content in (("same", "data"), ("bytes", "atad"), ("size", "longer"), ("newer", "data")):
            s.write(source / name, "data")
            s.write(target / name, content)
            os.utime(source / name, (2_000_000, 2_000_000))
            os.utime(target / name, (1_000_000, 1_000_000) if name == "newer" else (2_000_000, 2_000_000))
        s.write(source / "absent", "data")
        task = s.transfer("-r", "--sync-level", level, "--preserve-mtime", f"{ARCHER2}:/sync-{level}", f"{JASMIN}:/sync-{level}")
        sent = s.globus_json("task", "show", "--successful-transfers", task)["DATA"]
        assert sorted(item["source_path"].rsplit("/", 1)[1] for item in sent) == names.split(), (level, sent)
        shown = s.globus_json("task", "show", task)
        assert shown["files_skipped"] == 5 - len(sent)
        assert (target / "absent").stat().st_mtime == int((source / "absent").stat().st_mtime)


@judge
def cli_external_checksum_is_confirmed_or_ends_the_task(s):
    s.write(s.archer2 / "sum/a", "abc")
    right = hashlib.sha256(b"abc").hexdigest()
    common = ("--checksum-algorithm", "SHA256", f"{ARCHER2}:/sum/a")
    s.transfer("--external-checksum", right, *common, f"{JASMIN}:/sum/a")
    task = s.globus_json("transfer", "--external-checksum", "0" * 64, *common, f"{JASMIN}:/sum/b")["task_id"]
    s.globus("task", "wait", "--polling-interval", "1", task, status=1)
    assert s.globus_json("task", "show", task)["fatal_error"]["code"] == "EXTERNAL_CHECKSUM_MISMATCH"
    assert "EXTERNAL_CHECKSUM_MISMATCH" in s.globus("task", "event-list", "--filter-errors", task)


@judge
def cli_delete_destination_extra_mirrors(s):
    s.write(s.archer2 / "mirror/a", "1")
    s.write(s.jasmin / "mirror/extra/b", "1")
    s.transfer("-r", "--delete-destination-extra", f"{ARCHER2}:/mirror", f"{JASMIN}:/mirror")
    assert tree(s.jasmin / "mirror") == {"a": b"1"}


@judge
def cli_skipped_source_errors_are_listed(s):
    s.write(s.archer2 / "skip/a", "1")
    task = s.transfer("--skip-source-errors", "--batch", "-", f"{ARCHER2}:/skip", f"{JASMIN}:/skip", stdin="a a\nmissing missing\n")
    assert "FILE_NOT_FOUND" in s.globus("task", "show", "--skipped-errors", task)
    skipped = s.globus_json("task", "show", "--skipped-errors", task)["DATA"]
    assert [item["source_path"] for item in skipped] == ["/skip/missing"]


@judge
def cli_a_missing_source_keeps_the_task_alive_until_it_is_cancelled(s):
    task = s.globus_json("transfer", "--label", "stuck", f"{ARCHER2}:/late", f"{JASMIN}:/late")["task_id"]
    s.globus("task", "wait", "--timeout", "2", "--polling-interval", "1", "--timeout-exit-code", "60", task, status=60)
    shown = s.globus("task", "show", task)
    assert "ACTIVE" in shown and "FILE_NOT_FOUND" in shown or "file not found" in shown
    assert "FILE_NOT_FOUND" in s.globus("task", "event-list", "--filter-errors", task)
    listed = s.globus_json("task", "list", "--filter-status", "ACTIVE", "--filter-label", "stuck", "--exact")["DATA"]
    assert [item["task_id"] for item in listed] == [task]
    assert "Conflict" in s.globus("transfer", f"{ARCHER2}:/late", f"{JASMIN}:/late", status=1)
    assert "Success" in s.globus("task", "update", "--label", "still stuck", task)
    assert s.globus_json("task", "show", task)["label"] == "still stuck"
    assert "cancelled successfully" in s.globus("task", "cancel", task)
    s.globus("task", "wait", task, status=1)
    assert s.globus_json("task", "show", task)["fatal_error"]["code"] == "CANCELED"
    assert "CANCELED" in s.globus("task", "event-list", task)
    assert "Conflict" in s.globus("task", "update", "--label", "x", task, status=1)


@judge
def cli_a_deadline_ends_the_task(s):
    task = s.globus_json("transfer", "--deadline", "2020-01-01", f"{ARCHER2}:/never", f"{JASMIN}:/never")["task_id"]
    s.globus("task", "wait", "--polling-interval", "1", task, status=1)
    assert s.globus_json("task", "show", task)["fatal_error"]["code"] == "EXPIRED"


@judge
def cli_task_list_filters(s):
    s.write(s.archer2 / "list/a", "1")
    first = s.transfer("--label", "list one", f"{ARCHER2}:/list/a", f"{JASMIN}:/list/1")
    second = s.transfer("--label", "list two", f"{ARCHER2}:/list/a", f"{JASMIN}:/list/2")
    assert "list two" in s.globus("task", "list")
    listed = s.globus_json("task", "list", "--filter-label", "list *", "--filter-type", "TRANSFER")["DATA"]
    assert [item["task_id"] for item in listed] == [second, first]
    listed = s.globus_json("task", "list", "--filter-task-id", first, "--filter-requested-after", "2020-01-01")["DATA"]
    assert [item["task_id"] for item in listed] == [first]
    assert s.globus_json("task", "list", "--filter-label", "list *", "--filter-completed-before", "2020-01-01")["DATA"] == []
    assert len(s.globus_json("task", "list", "--limit", "1")["DATA"]) == 1
    listed = s.globus_json("task", "list", "--filter-label", "list *", "--filter-not-label", "*one")["DATA"]
    assert [item["task_id"] for item in listed] == [second]


@judge
def cli_rm_and_delete_remove(s):
    for name in ("rm/a", "rm/d/b", "rm/x.tmp", "rm/y.tmp"):
        s.write(s.jasmin / name, "1")
    s.globus("rm", f"{JASMIN}:/rm/a")
    assert not (s.jasmin / "rm/a").exists()
    task = s.globus_json("delete", "--recursive", f"{JASMIN}:/rm/d")["task_id"]
    s.globus("task", "wait", task)
    assert "DELETE" in s.globus("task", "show", task)
    task = s.globus_json("delete", "--enable-globs", f"{JASMIN}:/rm/*.tmp")["task_id"]
    s.globus("task", "wait", task)
    assert tree(s.jasmin / "rm") == {}
    task = s.globus_json("delete", f"{JASMIN}:/rm/none")["task_id"]
    s.globus("task", "wait", task, status=1)
    task = s.globus_json("delete", "--ignore-missing", f"{JASMIN}:/rm/none")["task_id"]
    s.globus("task", "wait", task)


@judge
def cli_endpoint_search_and_show(s):
    assert JASMIN in s.globus("endpoint", "search", "jasmin default")
    assert s.globus_json("endpoint", "search", "archer2")["DATA"][0]["entity_type"] == "GCSv5_mapped_collection"
    assert s.globus_json("endpoint", "search", "--filter-scope", "recently-used")["DATA"]
    # The CLI knows from the document that this is a collection, and points to the command for those.
    assert "collection show" in s.globus("endpoint", "show", ARCHER2, status=3)
    assert "No such endpoint" in s.globus("endpoint", "show", "00000000-0000-0000-0000-000000000000", status=1)


@judge
def cli_submission_ids_make_repeats_safe(s):
    s.write(s.archer2 / "twice/a", "1")
    submission = s.globus("task", "generate-submission-id").strip()
    arguments = ("transfer", "--submission-id", submission, f"{ARCHER2}:/twice/a", f"{JASMIN}:/twice/a")
    first, second = s.globus_json(*arguments), s.globus_json(*arguments)
    assert (first["code"], second["code"]) == ("Accepted", "Duplicate")
    assert first["task_id"] == second["task_id"]
    s.globus("transfer", "--submission-id", "00000000-0000-0000-0000-000000000000", *arguments[3:], status=1)


@judge
def cli_dry_runs_and_raw_requests(s):
    dry = s.globus_json("transfer", "--dry-run", f"{ARCHER2}:/a", f"{JASMIN}:/a")
    assert dry["DATA_TYPE"] == "transfer"
    listed = json.loads(s.globus("api", "transfer", "GET", "/v0.10/task_list", "-Q", "limit=2"))
    assert listed["DATA_TYPE"] == "task_list" and len(listed["DATA"]) == 2
    assert json.loads(s.globus("api", "transfer", "GET", f"/v0.10/endpoint/{JASMIN}"))["id"] == JASMIN
    s.globus("api", "transfer", "GET", "/v0.10/nothing", status=1)
    assert json.loads(s.globus("api", "auth", "GET", "/v2/oauth2/userinfo"))["sub"] == s.client_id


@judge
def cli_a_wrong_secret_is_an_error(s):
    # A home of its own: the first one's token would still do.
    home = s.directory / "other-home"
    home.mkdir()
    saved = dict(s.environment)
    try:
        s.environment.update(GLOBUS_CLI_CLIENT_SECRET="guess", HOME=str(home))
        s.globus("ls", f"{ARCHER2}:/", status=1)
    finally:
        s.environment.clear()
        s.environment.update(saved)
