"""The Globus SDK for Python."""

import os

import globus_sdk

from support import ARCHER2, JASMIN, TRANSFER_SCOPE, judge, tree


def auth_client(s):
    return globus_sdk.ConfidentialAppAuthClient(s.client_id, s.client_secret)


def transfer_client(s):
    return globus_sdk.TransferClient(authorizer=globus_sdk.ClientCredentialsAuthorizer(auth_client(s), TRANSFER_SCOPE))


def document(submission, source, destination, **options):
    data = globus_sdk.TransferData(ARCHER2, JASMIN, **({"submission_id": submission} if submission else {}), **options)
    data.add_item(source, destination)
    return data


def refused(call):
    try:
        call()
    except globus_sdk.GlobusAPIError as error:
        return error
    raise AssertionError("it was not refused")


@judge
def sdk_submitting_twice_with_one_id_is_one_task(s):
    client = transfer_client(s)
    s.write(s.archer2 / "sdk/a", "1")
    submission = client.get_submission_id()["value"]
    assert len(submission) == 36
    data = document(submission, "/sdk/a", "/sdk/a", label="sdk one", notify_on_succeeded=False)
    first = client.submit_transfer(data)
    assert first.http_status in (200, 202) and first["code"] == "Accepted" and first["DATA_TYPE"] == "transfer_result"
    second = client.submit_transfer(data)
    assert second["code"] == "Duplicate" and second["task_id"] == first["task_id"] and second["submission_id"] == submission
    assert client.task_wait(first["task_id"], timeout=60, polling_interval=1)
    assert client.submit_transfer(data)["code"] == "Duplicate"
    task = client.get_task(first["task_id"])
    assert task["status"] == "SUCCEEDED" and task["label"] == "sdk one" and task["owner_id"] == s.client_id
    assert client.get_task(first["task_id"], query_params={"fields": "status"}).data.keys() <= {"status", "DATA_TYPE"}


@judge
def sdk_identical_paths_conflict_until_the_first_task_ends(s):
    client = transfer_client(s)
    first = client.submit_transfer(document(None, "/sdk-late", "/sdk-late"))
    error = refused(lambda: client.submit_transfer(document(None, "/sdk-late", "/sdk-late")))
    assert isinstance(error, globus_sdk.TransferAPIError)
    assert (error.http_status, error.code) == (409, "Conflict")
    assert error.message == "A transfer with identical paths has not yet completed"
    assert len(error.request_id) == 9
    assert client.cancel_task(first["task_id"])["code"] == "Canceled"
    second = client.submit_transfer(document(None, "/sdk-late", "/sdk-late"))
    assert second["code"] == "Accepted"
    assert client.update_task(second["task_id"], {"DATA_TYPE": "task", "deadline": "2020-01-01"})["code"] == "Updated"
    assert client.get_task(second["task_id"])["fatal_error"]["code"] == "EXPIRED"


@judge
def sdk_an_empty_document_is_refused(s):
    client = transfer_client(s)
    error = refused(lambda: client.submit_transfer(globus_sdk.TransferData(ARCHER2, JASMIN)))
    assert (error.http_status, error.code) == (400, "ClientError.BadRequest.NoTransferItems")
    error = refused(lambda: client.submit_transfer(document("00000000-0000-0000-0000-000000000000", "/a", "/b")))
    assert error.http_status == 400


@judge
def sdk_task_list_filters_and_pages(s):
    client = transfer_client(s)
    s.write(s.archer2 / "pages/a", "1")
    for number in range(15):
        client.submit_transfer(document(None, "/pages/a", f"/pages/{number}", label=f"page {number:02}"))
    query = {"label": "~page *", "type": "TRANSFER"}
    default = client.task_list(filter=query)
    assert len(default["DATA"]) == 10 and default["total"] == 15 and default["limit"] == 10
    pages = client.paginated.task_list(limit=4, filter=query, orderby="label")
    assert [task["label"] for task in pages.items()] == [f"page {number:02}" for number in range(15)]
    exact = client.task_list(filter="label:=page 03/status:ACTIVE,SUCCEEDED")
    assert [task["label"] for task in exact] == ["page 03"]
    both = client.task_list(filter="label:~page 0*/label:!~*3", limit=1000)
    assert both["total"] == 9
    window = client.task_list(filter={"request_time": ["2020-01-01", "2020-01-02"]})
    assert window["total"] == 0
    newest = client.task_list(orderby="request_time DESC", limit=1)
    assert newest["DATA"][0]["DATA_TYPE"] == "task"


@judge
def sdk_events_and_sent_files_come_in_pages(s):
    client = transfer_client(s)
    for number in range(1200):
        s.write(s.archer2 / f"many/f{number:04}", str(number))
    data = globus_sdk.TransferData(ARCHER2, JASMIN, verify_checksum=True)
    data.add_item("/many", "/many", recursive=True)
    task = client.submit_transfer(data)["task_id"]
    assert client.task_wait(task, timeout=60, polling_interval=1)
    assert tree(s.archer2 / "many") == tree(s.jasmin / "many")
    sent = [item["destination_path"] for item in client.paginated.task_successful_transfers(task).items()]
    assert sorted(sent) == [f"/many/f{number:04}" for number in range(1200)]
    assert list(client.paginated.task_skipped_errors(task).items()) == []
    codes = [event["code"] for event in client.paginated.task_event_list(task, limit=1).items()]
    assert codes[0] == "SUCCEEDED" and codes[-1] == "STARTED" and len(codes) == 3
    assert client.task_event_list(task, query_params={"filter": "is_error:1"})["total"] == 0
    assert client.task_pause_info(task)["pause_rules"] == []


@judge
def sdk_file_operations_tell_their_errors(s):
    client = transfer_client(s)
    s.write(s.archer2 / "ops/a.pp", "12345")
    assert [entry["name"] for entry in client.operation_ls(ARCHER2, path="/ops")] == ["a.pp"]
    assert client.operation_stat(ARCHER2, "/ops/a.pp")["size"] == 5
    assert client.operation_ls(ARCHER2, path="/ops", filter={"name": "~*.nc"})["DATA"] == []
    for call, status, code in (
        (lambda: client.operation_ls(ARCHER2, path="/ops/none"), 404, "ClientError.NotFound"),
        (lambda: client.operation_ls(ARCHER2, path="/ops/a.pp"), 502, "ExternalError.DirListingFailed.NotDirectory"),
        (lambda: client.operation_stat(ARCHER2, "/ops/none"), 404, "NotFound"),
        (lambda: client.operation_mkdir(ARCHER2, "/ops"), 502, "ExternalError.MkdirFailed.Exists"),
        (lambda: client.get_endpoint("00000000-0000-0000-0000-000000000000"), 404, "EndpointNotFound"),
        (lambda: client.get_task("00000000-0000-0000-0000-000000000000"), 404, "ClientError.NotFound"),
    ):
        error = refused(call)
        assert isinstance(error, globus_sdk.TransferAPIError)
        assert (error.http_status, error.code) == (status, code), (error.http_status, error.code)
        assert len(error.request_id) == 9
    assert client.operation_mkdir(ARCHER2, "/ops/new")["code"] == "DirectoryCreated"
    assert client.operation_rename(ARCHER2, oldpath="/ops/new", newpath="/ops/newer")["code"] == "FileRenamed"


@judge
def sdk_names_that_are_not_utf8_come_back_as_they_were(s):
    client = transfer_client(s)
    name = b"f\xe9.pp"
    directory = os.fsencode(s.archer2 / "latin")
    os.makedirs(directory)
    with open(os.path.join(directory, name), "wb") as file:
        file.write(b"1")
    shown = client.operation_ls(ARCHER2, path="/latin")["DATA"][0]["name"]
    assert shown == "\ufffdf\xe9.pp"
    task = client.submit_transfer(document(None, f"/latin/{shown}", f"/latin/{shown}"))["task_id"]
    assert client.task_wait(task, timeout=60, polling_interval=1)
    assert os.listdir(os.fsencode(s.jasmin / "latin")) == [name]


@judge
def sdk_endpoint_search_pages_and_document(s):
    client = transfer_client(s)
    found = list(client.endpoint_search("default"))
    assert [item["id"] for item in found] == [JASMIN]
    assert {item["id"] for item in client.paginated.endpoint_search("jasmin").items()} == {JASMIN}
    shown = client.get_endpoint(ARCHER2)
    assert shown["entity_type"] == "GCSv5_mapped_collection" and shown["high_assurance"] is False
    assert refused(lambda: client.endpoint_search(filter_scope="all")).http_status == 400


@judge
def sdk_a_revoked_token_is_renewed_by_the_authorizer(s):
    auth = auth_client(s)
    authorizer = globus_sdk.ClientCredentialsAuthorizer(auth, TRANSFER_SCOPE)
    client = globus_sdk.TransferClient(authorizer=authorizer)
    client.get_submission_id()
    before = authorizer.access_token
    auth.oauth2_revoke_token(before)
    client.get_submission_id()
    assert authorizer.access_token != before
    fixed = globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(before))
    error = refused(fixed.get_submission_id)
    assert (error.http_status, error.code) == (401, "ClientError.AuthenticationFailed")


@judge
def sdk_tokens_are_one_per_resource_server_and_can_be_asked_about(s):
    auth = auth_client(s)
    tokens = auth.oauth2_client_credentials_tokens(requested_scopes=[TRANSFER_SCOPE, "openid", "email"])
    assert set(tokens.by_resource_server) == {"transfer.api.globus.org", "auth.globus.org"}
    token = tokens.by_resource_server["transfer.api.globus.org"]
    assert token["token_type"] == "Bearer" and token["refresh_token"] is None
    told = auth.oauth2_token_introspect(token["access_token"], include="session_info")
    assert told["active"] and told["sub"] == s.client_id and "session_info" in told.data
    auth.oauth2_revoke_token(token["access_token"])
    assert auth.oauth2_token_introspect(token["access_token"])["active"] is False


@judge
def sdk_dead_refresh_tokens_and_wrong_secrets_are_auth_errors(s):
    error = refused(lambda: auth_client(s).oauth2_refresh_token("dead"))
    assert isinstance(error, globus_sdk.AuthAPIError) and error.http_status == 401
    assert "invalid_grant" in error.text
    wrong = globus_sdk.ConfidentialAppAuthClient(s.client_id, "guess")
    assert refused(lambda: wrong.oauth2_client_credentials_tokens(TRANSFER_SCOPE)).http_status == 401


@judge
def sdk_delete_and_its_failure(s):
    client = transfer_client(s)
    s.write(s.jasmin / "sdk-delete/a", "1")
    data = globus_sdk.DeleteData(JASMIN, recursive=True)
    data.add_item("/sdk-delete")
    result = client.submit_delete(data)
    assert result["DATA_TYPE"] == "delete_result"
    assert client.task_wait(result["task_id"], timeout=60, polling_interval=1)
    assert not (s.jasmin / "sdk-delete").exists()
    data = globus_sdk.DeleteData(JASMIN)
    data.add_item("/sdk-delete")
    task = client.submit_delete(data)["task_id"]
    assert client.task_wait(task, timeout=60, polling_interval=1)
    assert client.get_task(task)["fatal_error"] == {"code": "FILE_NOT_FOUND", "description": "file not found"}


@judge
def sdk_a_hundred_thousand_items_are_taken(s):
    client = transfer_client(s)
    data = globus_sdk.TransferData(ARCHER2, JASMIN, skip_source_errors=True)
    for number in range(100_000):
        data.add_item(f"/absent/{'x' * 90}/{number}.pp", f"/absent/{'x' * 90}/{number}.pp", recursive=False)
    task = client.submit_transfer(data)["task_id"]
    assert client.get_task(task)["status"] in ("ACTIVE", "SUCCEEDED")
    client.cancel_task(task)
