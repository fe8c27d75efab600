"""The page's questions are answered in turn: nobody waits for all that another one asked."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from autoencoder.demo.answering import MOST
from autoencoder.latent import LatentSpace


@pytest.fixture
def ask(server):
    """Asks the decoder where a point lies, as one visitor or another."""
    components = httpx.get(f"{server}config").json()["components"]
    [decoder] = [c["id"] for c in components if "decode" in c["props"].get("server_fns", ())]
    with httpx.Client(base_url=server, limits=httpx.Limits(max_connections=200), timeout=60) as web:

        def ask(visitor: str) -> httpx.Response:
            question = {"data": [1, 2, 3], "component_id": decoder, "fn_name": "decode"}
            return web.post(
                "/gradio_api/component_server/", json=question | {"session_hash": visitor}
            )

        yield ask


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
