"""Live streams: what a browser hears, how soon, and what it must not hear."""

import contextlib
import datetime as dt
import http.client
import http.cookies
import json
import queue
import re
import socket
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
    """Reads a stream in a thread; `messages` holds (time, data) of each `changed` event. Close it."""

    def __init__(self, server: RunningServer, cookie: str) -> None:
        self.messages: queue.Queue[tuple[float, dict]] = queue.Queue()
        self.ended = threading.Event()
        self._socket = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        request = f"GET /live/stream HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
        self._socket.sendall(request.encode())
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        self._thread = threading.Thread(target=self._read, daemon=True)
        if self.status == 200:
            self._thread.start()

    def _read(self) -> None:
        name = ""
        try:
            while line := self._file.readline():
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                elif line.startswith(b"data: ") and name == "changed":
                    self._put(json.loads(line[6:]))
                elif line == b"0\r\n":  # the last chunk
                    break
        except OSError:
            pass
        self.ended.set()

    def _put(self, message: dict) -> None:
        """Changes of colour come when they come, whatever a test does."""
        message["kinds"] = [kind for kind in message["kinds"] if kind != "state"]
        if message["kinds"]:
            self.messages.put((time.monotonic(), message))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self.status == 200:
            self._thread.join(10)
        self._file.close()
        self._socket.close()


@pytest.fixture
def listen():
    """Opens streams and closes them at the end of the test."""
    opened: list[Stream] = []

    def listen_to(server: RunningServer, cookie: str) -> Stream:
        opened.append(Stream(server, cookie))
        return opened[-1]

    yield listen_to
    for stream in opened:
        stream.close()


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


def test_a_stranger_gets_no_stream(server, listen):
    assert listen(server, "sessionid=nobody").status == 401


def test_an_event_is_told_within_a_second_of_its_ack(server, people, key, listen):
    stream = listen(server, people["admin"])
    waits = []
    for _ in range(5):
        assert server.send(key, event("arbat-1"))[0] == 202
        acknowledged = time.monotonic()
        heard, message = stream.messages.get(timeout=15)
        waits.append(heard - acknowledged)
        assert message["kinds"] == ["rating"]
        assert len(message["places"]) == 1
        time.sleep(0.4)
    assert (
        min(waits) < 1.0
    )  # it does not wait for a round of looking; how long it takes is measured elsewhere


def test_what_another_process_stores_is_told_too(server, people, tmp_path, listen):
    file, map_file = tmp_path / "visits.csv", tmp_path / "map.yaml"
    file.write_text("when,seconds\n2026-03-01 10:00,40\n2026-03-01 11:00,50\n")
    map_file.write_text(
        'event: {kind: visit, at: "{when}", point: arbat-2, attrs: {duration: {column: seconds, type: number}}}'
    )
    stream = listen(server, people["admin"])
    server.command("import", "events", str(file), "--map", str(map_file), cwd=tmp_path)
    assert stream.messages.get(timeout=15)[1]["kinds"] == ["visit"]


def test_nobody_hears_of_places_they_may_not_see(server, people, key, listen):
    stream = listen(server, people["vvo"])
    for apart in (
        False,
        True,
    ):  # in one commit; and in two, which may be told together or one after the other
        events = [event("arbat-1"), event("vvo-1", "answer")]
        for part in [[one] for one in events] if apart else [events]:
            server.send(key, part)
        _, message = stream.messages.get(timeout=15)
        assert message["kinds"] == ["answer"]
        assert len(message["places"]) == 1


def test_a_storm_of_events_becomes_at_most_five_messages_a_second(server, people, key, listen):
    stream = listen(server, people["admin"])
    started = time.monotonic()
    while time.monotonic() - started < 2:
        server.send(key, [event("arbat-1"), event("vvo-1")])
    time.sleep(0.5)
    count = stream.messages.qsize()
    assert 2 <= count <= 5 * (time.monotonic() - started) + 1


def test_a_user_has_a_limited_number_of_streams_and_leaving_frees_them(server, listen):
    server.make_user("live-many", PASSWORD)  # who has no stream of an earlier test that is still being closed
    cookie = sign_in(server, "live-many")
    streams = [listen(server, cookie) for _ in range(12)]
    assert {stream.status for stream in streams} == {200}
    assert listen(server, cookie).status == 429
    for stream in streams:
        stream.close()
    deadline = time.monotonic() + 25
    while listen(server, cookie).status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.3)


def test_signing_out_ends_the_stream(server, listen):
    server.make_user("live-leaver", PASSWORD)
    cookie = sign_in(server, "live-leaver")
    stream = listen(server, cookie)
    assert stream.status == 200
    server.command(
        "manage",
        "shell",
        "-c",
        "from otklik.company.models import User; u=User.objects.get(username='live-leaver'); u.is_active=False; u.save()",
    )
    assert stream.ended.wait(30)


def test_the_server_stops_at_once_though_streams_are_open(own_server, listen):
    own_server.start()
    own_server.make_user("live", PASSWORD)
    stream = listen(own_server, sign_in(own_server, "live"))
    assert stream.status == 200
    started = time.monotonic()
    assert own_server.stop() == 0
    assert time.monotonic() - started < 30  # half a minute is what open streams would wait for otherwise
    assert stream.ended.wait(15)
