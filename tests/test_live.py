"""Live streams: what a browser hears, how soon, and what it must not hear."""

import datetime as dt
import http.client
import http.cookies
import json
import queue
import re
import threading
import time
import urllib.parse
import uuid

import pytest

from tests.conftest import RunningServer

PASSWORD = "long-and-only-for-tests"


def sign_in(server: RunningServer, name: str) -> str:
    """The session cookie of a user."""
    _, headers, page = server.request("GET", "/accounts/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    form = urllib.parse.urlencode(
        {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": token[1].decode()}
    )
    sent = {
        "Cookie": headers["set-cookie"].split(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": server.url + "/accounts/login/",
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", "/accounts/login/", form.encode(), sent)
    answer = connection.getresponse()
    cookies = http.cookies.SimpleCookie()
    for value in answer.headers.get_all("Set-Cookie") or []:
        cookies.load(value)
    connection.close()
    return f"sessionid={cookies['sessionid'].value}"


class Stream:
    """Reads a stream in a thread; `messages` holds (time, data) of each `changed` event."""

    def __init__(self, server: RunningServer, cookie: str) -> None:
        self.messages: queue.Queue[tuple[float, dict]] = queue.Queue()
        self.ended = threading.Event()
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self._connection.request("GET", "/live/stream", headers={"Cookie": cookie})
        self.answer = self._connection.getresponse()
        if self.answer.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        name = ""
        try:
            while line := self.answer.readline():
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                elif line.startswith(b"data: ") and name == "changed":
                    self.messages.put((time.monotonic(), json.loads(line[6:])))
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self.ended.set()

    def close(self) -> None:
        if self.answer.fp is not None:
            self._connection.sock and self._connection.sock.close()
        self._connection.close()


def event(point: str, kind: str = "rating", **changes) -> dict:
    now = dt.datetime.now(dt.UTC).isoformat()
    return {
        "id": uuid.uuid4().hex,
        "kind": kind,
        "at": now,
        "point": point,
        "subject": "service",
        "value": 5,
        **changes,
    }


@pytest.fixture(scope="module")
def people(server: RunningServer):
    server.make_user("live-admin", PASSWORD)
    server.make_user("live-vvo", PASSWORD, "viewer", place="vvo")
    return {name: sign_in(server, f"live-{name}") for name in ("admin", "vvo")}


@pytest.fixture(scope="module")
def key(server: RunningServer) -> str:
    return server.make_key("ingest")


def test_a_stranger_gets_no_stream(server):
    assert Stream(server, "sessionid=nobody").answer.status == 401


def test_an_event_is_told_within_a_second_of_its_ack(server, people, key):
    stream = Stream(server, people["admin"])
    waits = []
    for _ in range(5):
        assert server.send(key, event("arbat-1"))[0] == 202
        acknowledged = time.monotonic()
        heard, message = stream.messages.get(timeout=3)
        waits.append(heard - acknowledged)
        assert message["kinds"] == ["rating"]
        assert len(message["places"]) == 1
        time.sleep(0.4)
    stream.close()
    assert max(waits) < 1.0


def test_what_another_process_stores_is_told_too(server, people, tmp_path):
    file, map_file = tmp_path / "visits.csv", tmp_path / "map.yaml"
    file.write_text("when,seconds\n2026-03-01 10:00,40\n2026-03-01 11:00,50\n")
    map_file.write_text(
        'event: {kind: visit, at: "{when}", point: arbat-2, attrs: {duration: {column: seconds, type: number}}}'
    )
    stream = Stream(server, people["admin"])
    server.command("import", "events", str(file), "--map", str(map_file), cwd=tmp_path)
    assert stream.messages.get(timeout=3)[1]["kinds"] == ["visit"]
    stream.close()


def test_nobody_hears_of_places_they_may_not_see(server, people, key):
    stream = Stream(server, people["vvo"])
    server.send(key, event("arbat-1"))
    server.send(key, event("vvo-1", "answer"))
    _, message = stream.messages.get(timeout=3)
    stream.close()
    assert message["kinds"] == ["answer"]
    assert len(message["places"]) == 1


def test_a_storm_of_events_becomes_at_most_five_messages_a_second(server, people, key):
    stream = Stream(server, people["admin"])
    started = time.monotonic()
    while time.monotonic() - started < 2:
        server.send(key, [event("arbat-1"), event("vvo-1")])
    time.sleep(0.5)
    count = stream.messages.qsize()
    stream.close()
    assert 2 <= count <= 5 * (time.monotonic() - started) + 1


def test_a_user_has_a_limited_number_of_streams_and_leaving_frees_them(server, people):
    streams = [Stream(server, people["vvo"]) for _ in range(12)]
    assert {stream.answer.status for stream in streams} == {200}
    assert Stream(server, people["vvo"]).answer.status == 429
    for stream in streams:
        stream.close()
    deadline = time.monotonic() + 25
    while (last := Stream(server, people["vvo"])).answer.status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.3)
    last.close()


def test_signing_out_ends_the_stream(server):
    server.make_user("live-leaver", PASSWORD)
    cookie = sign_in(server, "live-leaver")
    stream = Stream(server, cookie)
    assert stream.answer.status == 200
    server.command(
        "manage",
        "shell",
        "-c",
        "from otklik.company.models import User; u=User.objects.get(username='live-leaver'); u.is_active=False; u.save()",
    )
    assert stream.ended.wait(10)


def test_the_server_stops_at_once_though_streams_are_open(own_server):
    own_server.start()
    own_server.make_user("live", PASSWORD)
    stream = Stream(own_server, sign_in(own_server, "live"))
    assert stream.answer.status == 200
    started = time.monotonic()
    assert own_server.stop() == 0
    assert time.monotonic() - started < 10
    assert stream.ended.wait(5)
