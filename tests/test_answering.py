"""The page's questions, by HTTP and over a WebSocket: nobody waits for all that another asked."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from socket import SHUT_RDWR

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from autoencoder.demo import answering
from autoencoder.demo.answering import MOST
from autoencoder.latent import LatentSpace

ROUTE = "gradio_api/component_server/"


@pytest.fixture(scope="module")
def question(server):
    """What the decoder is asked where a point lies."""
    components = httpx.get(f"{server}config").json()["components"]
    [decoder] = [c["id"] for c in components if "decode" in c["props"].get("server_fns", ())]
    return {"data": [1, 2, 3], "component_id": decoder, "fn_name": "decode", "session_hash": "one"}


@pytest.fixture
def ask(server, question):
    """Asks by HTTP, as one visitor or another."""
    with httpx.Client(base_url=server, limits=httpx.Limits(max_connections=200), timeout=60) as web:
        yield lambda visitor: web.post(f"/{ROUTE}", json=question | {"session_hash": visitor})


@pytest.fixture
def open_socket(server):
    return lambda: connect(server.replace("http", "ws") + ROUTE)


@pytest.fixture
def slowly(monkeypatch):
    """Each answer takes a twentieth of a second more."""
    whereabouts = LatentSpace.whereabouts

    def slow(*arguments):
        time.sleep(0.05)
        return whereabouts(*arguments)

    monkeypatch.setattr(LatentSpace, "whereabouts", slow)


def test_one_who_asks_too_much_at_once_is_told_to_wait(ask, slowly):
    with ThreadPoolExecutor(3 * MOST) as threads:
        answers = list(threads.map(ask, ["greedy"] * 3 * MOST))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 429}
    assert statuses.count(200) >= MOST
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["detail"].startswith("Too many questions at once; please wait")
    assert ask("greedy").status_code == 200  # again, now that the others are answered


def test_a_flood_of_one_visitor_does_not_hold_up_another(ask, slowly):
    answered = []
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            answered.append(ask("flood").status_code)

    with ThreadPoolExecutor(MOST) as threads:
        for _ in range(MOST):
            threads.submit(flood)
        while len(answered) < MOST:  # all of them are waiting for their next answer
            time.sleep(0.01)
        before = len(answered)
        assert ask("modest").status_code == 200
        meanwhile = len(answered) - before
        stop.set()
    assert meanwhile <= 4  # not the twenty that had asked before


def test_a_socket_gives_the_answers_that_http_gives_each_with_its_number(
    ask, open_socket, question
):
    with open_socket() as socket:
        for number in (0, 1, 7):
            socket.send(json.dumps(question | {"number": number}))
            reply = json.loads(socket.recv(timeout=20))
            assert reply == {"number": number, "status": 200, "answer": ask("one").json()}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("no JSON", 422),
        (b"\x00\xff", 422),
        ("[1]", 422),
        ("[" * 100_000, 422),
        ("{}", 400),
        ('{"component_id": 1e400, "fn_name": "decode"}', 400),
        ('{"component_id": 1, "fn_name": "__init__"}', 400),
    ],
)
def test_a_socket_refuses_what_is_no_question_and_goes_on(open_socket, question, sent, status):
    with open_socket() as socket:
        socket.send(sent)
        reply = json.loads(socket.recv(timeout=20))
        assert reply["status"] == status
        assert reply["answer"]["detail"].endswith(".")
        socket.send(json.dumps(question | {"number": 10**30, "data": "nowhere"}))
        reply = json.loads(socket.recv(timeout=20))
        assert (reply["number"], reply["status"]) == (None, 422)
        assert "3 finite numbers" in reply["answer"]["detail"]
        socket.send(json.dumps(question | {"number": 1}))
        assert json.loads(socket.recv(timeout=20))["status"] == 200


def test_one_who_leaves_before_the_answer_harms_nobody(ask, open_socket, question, slowly, caplog):
    for _ in range(5):
        with open_socket() as socket:
            socket.send(json.dumps(question))
            socket.socket.shutdown(SHUT_RDWR)  # as when a phone loses its network
    assert ask("another").status_code == 200
    assert caplog.text == ""


def test_whoever_gets_no_socket_can_ask_by_http(ask, open_socket, monkeypatch):
    monkeypatch.setattr(answering, "SOCKETS", 0)
    with pytest.raises(InvalidStatus), open_socket():
        pass
    assert ask("late").status_code == 200


def test_a_socket_that_is_closed_makes_room(open_socket, question, monkeypatch):
    monkeypatch.setattr(answering, "SOCKETS", 5)
    for _ in range(20):
        with open_socket() as socket:
            socket.send(json.dumps(question))
            assert json.loads(socket.recv(timeout=20))["status"] == 200
