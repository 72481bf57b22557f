"""The ingest edge over real HTTP."""

import datetime as dt
import gzip
import http.client
import itertools
import json
import signal
import threading
import time
import zlib

import pytest

from tests.conftest import RunningServer

NUMBERS = itertools.count()


def event(**changes) -> dict:
    now = dt.datetime.now(dt.UTC).isoformat()
    base = {
        "id": f"i{next(NUMBERS)}",
        "kind": "rating",
        "at": now,
        "point": "arbat-1",
        "subject": "service",
        "value": 5,
    }
    return {name: value for name, value in (base | changes).items() if value is not ...}


@pytest.fixture(scope="module")
def key(server: RunningServer) -> str:
    return server.make_key("ingest")


def post(server, key, body, **headers):
    names = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    names |= {name.replace("_", "-"): value for name, value in headers.items()}
    status, answer_headers, answer = server.request("POST", "/ingest/v1/events", body, names)
    return status, json.loads(answer), answer_headers


def test_one_event_an_array_and_lines_are_taken_once(server, key):
    one, two, three = event(), event(), event()
    assert server.send(key, one) == (202, {"accepted": 1, "duplicates": 0, "rejected": []})
    assert server.send(key, [one, two])[1] == {"accepted": 1, "duplicates": 1, "rejected": []}
    lines = "\n".join(json.dumps(x) for x in (two, three, three)).encode()
    assert post(server, key, lines, Content_Type="application/x-ndjson")[1] == {
        "accepted": 1,
        "duplicates": 2,
        "rejected": [],
    }


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw"])
def test_packed_bodies_are_unpacked(server, key, encoding):
    body = json.dumps([event(), event()]).encode()
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw": raw.compress(body) + raw.flush(),
    }[encoding]
    status, answer, _ = post(
        server, key, packed, Content_Encoding="deflate" if encoding == "raw" else encoding
    )
    assert (status, answer["accepted"]) == (202, 2)


def test_valid_events_are_stored_and_the_others_named(server, key):
    status, answer = server.send(
        key,
        [event(), event(point="nowhere"), event(value=9), event()],
        **{"Accept-Language": "ru-RU,ru;q=0.9"},
    )
    assert (status, answer["accepted"]) == (202, 2)
    assert [(one["index"], one["field"], one["code"]) for one in answer["rejected"]] == [
        (1, "point", "unknown_point"),
        (2, "value", "off_scale"),
    ]
    assert answer["rejected"][0]["error"] == "Нет точки «nowhere»."


def test_nothing_valid_is_422(server, key):
    status, answer = server.send(key, event(subject="unknown"))
    assert (status, answer["accepted"], answer["code"]) == (422, 0, "none_valid")
    assert server.send(key, [])[0] == 202


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"Authorization": ""}, b"[]", 401, "key_missing"),
        ({"Content_Type": "text/plain"}, b"[]", 415, "media_type"),
        ({"Content_Type": "application/json; charset=cp1251"}, b"[]", 415, "charset"),
        ({"Content_Encoding": "br"}, b"[]", 415, "content_encoding"),
        ({"Content_Encoding": "gzip"}, b"not gzip", 400, "not_packed"),
        ({"Content_Encoding": "gzip"}, gzip.compress(b"[]", mtime=0)[:-4], 400, "not_packed"),
        ({}, b"", 400, "empty_body"),
        ({}, b"{", 400, "not_json"),
        ({}, b"5", 400, "not_events"),
        ({}, '[{"id":"я"}]'.encode("cp1251"), 422, "none_valid"),
        ({}, '{"id":"я"}'.encode("cp1251"), 400, "not_utf8"),
        ({}, b"[" * 100_000, 400, None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_unreadable_bodies_are_refused_with_a_sentence(server, key, *, headers, body, status, code):
    answered, answer, _ = post(server, key, body, **headers)
    assert answered == status
    assert answer["error"]
    assert code in (None, answer["code"])


def test_keys_are_checked(server, key):
    assert post(server, "otk_0000_0000", b"[]")[0] == 401
    assert post(server, key[:-1] + ("a" if key[-1] != "a" else "b"), b"[]")[0] == 401
    assert post(server, server.make_key("read"), b"[]")[0] == 403
    status, _, _ = server.request(
        "POST", "/ingest/v1/events", b"[]", {"X-API-Key": key, "Content-Type": "application/json"}
    )
    assert status == 202
    assert server.request("GET", "/ingest/v1/events", headers={"X-API-Key": key})[0] == 405
    assert server.request("POST", "/ingest/v2/events", b"[]", {"X-API-Key": key})[0] == 404


def test_a_revoked_key_is_refused_soon(server):
    short_lived = server.make_key("ingest")
    assert server.send(short_lived, event())[0] == 202
    server.command("apikey", "revoke", short_lived)
    deadline = time.monotonic() + 3
    while server.send(short_lived, event())[0] == 202:
        assert time.monotonic() < deadline


def test_a_key_of_one_place_reaches_no_other(server, key):
    local = server.make_key("ingest", place="vvo")
    mine, theirs = event(point="vvo-1"), event(point="arbat-1")
    assert server.send(local, mine)[1]["accepted"] == 1
    assert server.send(local, theirs)[1]["rejected"][0]["code"] == "unknown_point"
    assert server.send(key, theirs)[1]["accepted"] == 1
    back = {"kind": "withdrawal", "point": "vvo-1", "subject": ..., "value": ...}
    refused = server.send(local, event(**back, attrs={"target": theirs["id"]}))[1]
    assert refused["rejected"][0]["code"] == "not_yours"
    assert server.send(local, event(**back, attrs={"target": mine["id"]}))[1]["accepted"] == 1


def test_large_bodies_and_bombs_are_refused_before_they_hurt(server, key):
    limit = 8 * 1024 * 1024
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("POST", "/ingest/v1/events")
    for name, value in {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Content-Length": str(limit + 1),
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    # who cannot stop in the middle of sending hears the refusal too, not a broken connection
    for size in (limit + 1, 3 * limit):
        status, answer, _ = post(server, key, b" " * size)
        assert (status, answer["code"]) == (413, "body_too_large")
    bomb = gzip.compress(b" " * (400 * 1024 * 1024), 6)
    assert len(bomb) < limit
    started = time.monotonic()
    assert post(server, key, bomb, Content_Encoding="gzip")[0] == 413
    assert time.monotonic() - started < 20  # unpacked it would take minutes
    members = gzip.compress(b" " * 1_000_000) * 40
    assert post(server, key, members, Content_Encoding="gzip")[0] == 413
    assert server.send(key, event())[0] == 202


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(own_server):
    own_server.start()
    key = own_server.make_key("ingest")
    acknowledged: list[str] = []
    stop = threading.Event()

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", own_server.port, timeout=10)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        try:
            for count in itertools.count():
                if stop.is_set():
                    return
                batch = [event(id=f"k{number}-{count}-{n}") for n in range(3)]
                connection.request("POST", "/ingest/v1/events", json.dumps(batch).encode(), headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 202:
                    acknowledged.extend(one["id"] for one in batch)
        except (OSError, http.client.HTTPException):
            return

    threads = [threading.Thread(target=client, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    deadline = time.monotonic() + 60
    while len(acknowledged) <= 100 and time.monotonic() < deadline:
        time.sleep(0.05)
    own_server.stop(signal.SIGKILL)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(acknowledged) > 100
    own_server.start()
    for start in range(0, len(acknowledged), 500):
        part = acknowledged[start : start + 500]
        answer = own_server.send(key, [event(id=one) for one in part])[1]
        assert (answer["accepted"], answer["duplicates"]) == (0, len(part))
    out = own_server.data / "out.csv"
    own_server.command("export", "events", "--format", "csv", "-o", str(out))
    ids = [line.split(",")[1] for line in out.read_text().splitlines()[1:]]
    assert len(ids) == len(set(ids))
    assert set(acknowledged) <= set(ids)
    assert own_server.stop() == 0


def test_a_second_server_on_the_directory_refuses_with_a_sentence(server):
    done = server.command("serve", "--port", "1", check=False)
    assert done.returncode == 3
    assert str(server.data) in done.stderr
    assert "OTKLIK_DATA" in done.stderr
    assert server.request("GET", "/healthz")[0] == 200
