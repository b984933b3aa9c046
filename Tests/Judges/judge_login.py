"""A person's login by the Globus CLI: browser page, consents, sessions, renewal, logout. Each has a stand-in and a home of its own."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from support import ARCHER2, JASMIN, TRANSFER_SCOPE, judge_of_logins, tree

ME = "scientist@globusid.org"
LINKED = ["scientist@safe.archer2.ac.uk", "scientist@accounts.jasmin.ac.uk"]
DAY = 86_400
HOST = "127.0.0.1"


def consent(*collections):
    data_access = " ".join(f"*https://auth.globus.org/scopes/{collection}/data_access" for collection in collections)
    return f"{TRANSFER_SCOPE}[{data_access}]"


def page(address):
    """The browser: only ever looks at this machine."""
    assert urllib.parse.urlsplit(address).hostname == HOST, address
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(address, timeout=30).read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def by_browser(s, *arguments, status=0):
    """Runs a command of the CLI that asks for a code, and gives it the one that the page shows. Returns what both printed."""
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "globus"), *arguments, "--no-local-server"],
        env=s.environment | {"GLOBUS_CLI_INTERACTIVE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    printed = ""
    shown = ""
    for line in process.stdout:
        printed += line
        if line.startswith("http"):
            shown = page(line.strip())
            break
    code = re.search(r'<code id="auth-code">(\w+)</code>', shown)
    rest, _ = process.communicate(code.group(1) + "\n" if code else "", timeout=120)
    assert process.returncode == status, f"globus {' '.join(arguments)}: status {process.returncode}\n{printed}{rest}\n{shown}"
    return printed + rest + shown


def advance(s, seconds):
    """Time passes for the stand-in alone."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(f"{s.base}/rehearsal/advance", data=f"seconds={seconds}".encode(), timeout=30).read()


def in_session(s):
    """The usernames that `globus session show` lists."""
    shown = s.globus_json("session", "show")["authentications"]
    names = {entry["sub"]: entry["username"] for entry in json.loads(userinfo(s))["identity_set"]}
    return sorted(names[identity] for identity in shown)


def userinfo(s):
    return s.globus("api", "auth", "GET", "/v2/oauth2/userinfo")


@judge_of_logins
def login_without_one_every_command_names_the_way(s):
    for arguments in (("whoami",), ("ls", f"{ARCHER2}:/"), ("task", "list"), ("transfer", f"{ARCHER2}:/a", f"{JASMIN}:/a")):
        assert "globus login" in s.globus(*arguments, status=4)


@judge_of_logins
def login_by_the_page_makes_the_cli_a_person(s):
    text = by_browser(s, "login")
    assert "successfully logged in" in text
    assert s.globus("whoami").strip() == ME
    assert s.globus("whoami", "--linked-identities").split() == [ME, *LINKED]
    assert in_session(s) == [ME]
    assert "Auth Time" in s.globus("session", "show")
    assert "already logged in" in s.globus("login")
    assert s.globus("get-identities", LINKED[0]).count("-") == 4
    consents = json.loads(s.globus("api", "auth", "GET", f"/v2/api/identities/{json.loads(userinfo(s))['sub']}/consents"))["consents"]
    assert TRANSFER_SCOPE in [entry["scope_name"] for entry in consents]


@judge_of_logins
def login_by_a_redirect_to_the_cli_itself(s):
    # The CLI opens a browser; ours is a program that follows the redirect to the server that the CLI has begun.
    browser = s.write(s.directory / "browser.py", "import sys, urllib.request\nurllib.request.urlopen(sys.argv[1]).read()\n")
    saved = dict(s.environment)
    try:
        s.environment.update(BROWSER=f"{sys.executable} {browser} %s &", GLOBUS_CLI_INTERACTIVE="1")
        assert "successfully logged in" in s.globus("login")
    finally:
        s.environment.clear()
        s.environment.update(saved)
    assert s.globus("whoami").strip() == ME


@judge_of_logins
def login_then_consent_opens_a_collection(s):
    by_browser(s, "login")
    s.write(s.archer2 / "cycle/a.pp", "1")
    for collection in (ARCHER2, JASMIN):
        text = s.globus("ls", f"{collection}:/", status=4)
        assert f"globus session consent '{consent(collection)}'" in text, text
    text = s.globus("transfer", "-r", f"{ARCHER2}:/cycle", f"{JASMIN}:/cycle", status=4)
    assert f"globus session consent '{consent(ARCHER2)}'" in text, text
    # As the reference says: who consents to a collection's data logs in with the identity that it wants.
    by_browser(s, "session", "consent", consent(ARCHER2, JASMIN))
    assert in_session(s) == sorted([ME, *LINKED])
    assert s.globus("ls", f"{ARCHER2}:/cycle").split() == ["a.pp"]
    s.globus("stat", f"{JASMIN}:/")
    s.transfer("-r", f"{ARCHER2}:/cycle", f"{JASMIN}:/cycle")
    assert tree(s.jasmin / "cycle") == {"a.pp": b"1"}


@judge_of_logins
def login_ages_until_the_session_is_renewed(s):
    by_browser(s, "login")
    by_browser(s, "session", "consent", consent(ARCHER2, JASMIN))
    advance(s, 29 * DAY)
    s.globus("ls", f"{JASMIN}:/")
    advance(s, 2 * DAY)
    # A refreshed token is as good as ever, and does not help.
    assert s.globus("task", "list")
    for collection, identity in ((ARCHER2, LINKED[0]), (JASMIN, LINKED[1])):
        domain = identity.split("@")[1]
        text = s.globus("ls", f"{collection}:/", status=4)
        assert f"globus session update {domain}" in text, text
    text = s.globus("transfer", "--recursive", f"{ARCHER2}:/", f"{JASMIN}:/in", status=4)
    assert "globus session update safe.archer2.ac.uk" in text, text
    by_browser(s, "session", "update", "accounts.jasmin.ac.uk")
    s.globus("ls", f"{JASMIN}:/")
    s.globus("ls", f"{ARCHER2}:/", status=4)
    by_browser(s, "session", "update", LINKED[0])
    s.globus("ls", f"{ARCHER2}:/")
    advance(s, 31 * DAY)
    by_browser(s, "session", "update", "--all")
    s.globus("ls", f"{ARCHER2}:/")
    s.globus("ls", f"{JASMIN}:/")


@judge_of_logins
def login_with_an_identity_that_is_not_linked_is_refused(s):
    by_browser(s, "login")
    assert "None of your identities is of example.org" in by_browser(s, "session", "update", "example.org", status=1)
    assert "not in your identity set" in s.globus("session", "update", "nobody@example.org", status=1)
    guest = "00000000-0000-0000-0000-00000000000a"
    assert "Unknown Scope" in page(
        f"{s.base}/v2/oauth2/authorize?"
        + urllib.parse.urlencode(
            {
                "client_id": cli_client(s)["client_id"],
                "redirect_uri": f"{s.base}/v2/web/auth-code",
                "response_type": "code",
                "scope": f"urn:nothing https://auth.globus.org/scopes/{guest}/data_access",
            }
        )
    )


def cli_client(s):
    """The client that the CLI made itself, from the store where it keeps it."""
    return json.loads(rows(s, "config_storage", "config_name", "config_data_json")["auth_client_data"])


def rows(s, table, key, value):
    import sqlite3

    store = sqlite3.connect(f"file:{Path(s.environment['HOME']) / '.globus/cli/storage.db'}?mode=ro", uri=True)
    try:
        return dict(store.execute(f"select {key}, {value} from {table} where namespace = 'userprofile/production'"))
    finally:
        store.close()


@judge_of_logins
def login_outlives_its_access_tokens(s):
    by_browser(s, "login")
    before = json.loads(rows(s, "token_storage", "resource_server", "token_data_json")["transfer.api.globus.org"])
    advance(s, 3 * DAY)
    s.globus("task", "list")
    after = json.loads(rows(s, "token_storage", "resource_server", "token_data_json")["transfer.api.globus.org"])
    assert before["access_token"] != after["access_token"] and before["refresh_token"] == after["refresh_token"]
    # Half a year without use is too long.
    advance(s, 190 * DAY)
    assert "globus login" in s.globus("task", "list", status=4)


@judge_of_logins
def login_ends_with_logout(s):
    by_browser(s, "login")
    token = json.loads(rows(s, "token_storage", "resource_server", "token_data_json")["transfer.api.globus.org"])["access_token"]
    assert f"Logging out of Globus as {ME}" in s.globus("logout", "--yes")
    request = urllib.request.Request(f"{s.base}/v0.10/task_list", headers={"Authorization": f"Bearer {token}"})
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30)
        raise AssertionError("the token still works")
    except urllib.error.HTTPError as error:
        assert error.code == 401
    assert "globus login" in s.globus("whoami", status=4)
    by_browser(s, "login")
    assert s.globus("whoami").strip() == ME
    first = cli_client(s)["client_id"]
    s.globus("logout", "--yes", "--delete-client")
    assert "auth_client_data" not in rows(s, "config_storage", "config_name", "config_data_json")
    by_browser(s, "login")
    assert cli_client(s)["client_id"] != first


@judge_of_logins
def login_by_the_sdk_needs_no_secret(s):
    import globus_sdk

    # As `StandIn.nativeClientID` says.
    client = globus_sdk.NativeAppAuthClient("c2a8d6f0-51b7-4f0e-8a3d-96e1b07c4d25")
    client.oauth2_start_flow(f"openid profile email {consent(JASMIN)}", refresh_tokens=True)
    shown = page(client.oauth2_get_authorize_url(query_params={"session_required_single_domain": "accounts.jasmin.ac.uk"}))
    tokens = client.oauth2_exchange_code_for_tokens(re.search(r'<code id="auth-code">(\w+)</code>', shown).group(1))
    assert tokens.decode_id_token()["preferred_username"] == ME
    transfer = tokens.by_resource_server["transfer.api.globus.org"]
    renewed = client.oauth2_refresh_token(transfer["refresh_token"]).by_resource_server["transfer.api.globus.org"]
    assert renewed["refresh_token"] == transfer["refresh_token"]
    authorizer = globus_sdk.AccessTokenAuthorizer(renewed["access_token"])
    service = globus_sdk.TransferClient(authorizer=authorizer)
    assert service.operation_ls(JASMIN, path="/")["DATA"] == []
    try:
        service.operation_ls(ARCHER2, path="/")
        raise AssertionError("nobody consented to this")
    except globus_sdk.TransferAPIError as error:
        assert error.info.consent_required.required_scopes == [consent(ARCHER2)]
    document = service.get_endpoint(JASMIN)
    assert document["authentication_timeout_mins"] == 30 * 24 * 60 and document["high_assurance"] is False


@judge_of_logins
def login_of_the_cli_serves_pptransfer(s):
    environment = {name: value for name, value in s.environment.items() if not name.startswith("GLOBUS_CLI_")}
    environment["PATH"] = os.environ.get("PATH", "")

    def pptransfer(*arguments):
        return subprocess.run([s.program, *arguments], env=environment, capture_output=True, text=True, timeout=120, cwd=s.directory)

    # The help of a command that does not exist is that of the program.
    if "pptransfer whoami" not in pptransfer("whoami", "--help").stdout:
        print("      (this program has no 'whoami')")
        return
    by_browser(s, "login")
    by_browser(s, "session", "consent", consent(ARCHER2, JASMIN))
    shown = pptransfer("whoami")
    assert shown.returncode == 0 and ME in shown.stdout, shown.stdout + shown.stderr
    s.write(s.directory / "staged/a.pp", "1")
    s.write(s.archer2 / "work/staged/a.pp", "1")
    s.write(
        s.directory / "task.yaml",
        "pptransfer: 1\nname: t\nworkflow: w\ncycle: c\n"
        "from: {collection: archer2, path: /work/staged}\nto: {collection: jasmin, path: /gws/in}\n",
    )
    done = pptransfer("run", "--journal", str(s.directory / "journal"), "task.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(s.jasmin / "gws/in") == {"a.pp": b"1"}
    advance(s, 31 * DAY)
    late = s.write(s.directory / "late.yaml", (s.directory / "task.yaml").read_text().replace("cycle: c", "cycle: d"))
    late = pptransfer("run", "--journal", str(s.directory / "journal"), str(late))
    assert late.returncode == 22, late.stdout + late.stderr
