"""How the page's scripts get their answers: the components' server functions, by the shortest way.

Gradio has the same address with the same questions and answers, but takes 2 ms to come to the
function, and lets whoever asks most have most. Here a visitor's questions wait for each other, not
for those of all visitors. And they may come over a WebSocket, where question and answer take a
browser a quarter of the time of an HTTP request.
"""

import asyncio
import json
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import gradio as gr
import orjson
from fastapi import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

ROUTE = "/gradio_api/component_server"
WORKERS = 2  # more threads only take Python's lock from each other
MOST = 20  # questions of one visitor that may wait; the page's scripts ask one or two at a time
DELAY = 1  # seconds until the refusal of more: whoever repeats it at once would be a burden
SOCKETS = 500  # open at a time; whoever gets none can ask by HTTP


class Answers:
    """ASGI middleware: answers the questions to the components of `page`, passes on the rest."""

    def __init__(self, app: ASGIApp, page: gr.Blocks):
        self.app = app
        self.page = page
        self.workers = ThreadPoolExecutor(WORKERS)
        self.asking: Counter = Counter()  # visitor -> how many of their questions are here
        self.turns: dict = defaultdict(asyncio.Lock)  # visitor -> whose turn it is
        self.sockets = 0  # that are open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if path.rstrip("/") == ROUTE and scope["type"] == "websocket":
            return await self.talk(WebSocket(scope, receive, send))
        if path.rstrip("/") == ROUTE and scope["type"] == "http" and scope["method"] == "POST":
            return await self.respond(scope, receive, send)
        return await self.app(scope, receive, send)

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One question, one answer, by HTTP."""
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        _, status, answer = await self.answer(body, scope["client"][0])
        await Response(as_json(answer), status, media_type="application/json")(scope, receive, send)

    async def talk(self, socket: WebSocket) -> None:
        """One question after the other, until the visitor leaves.

        What HTTP says with a status, an answer says itself: {"number", "status", "answer"}, where
        the number is the question's own.
        """
        if self.sockets >= SOCKETS:
            return await socket.close()
        self.sockets += 1
        try:
            await socket.accept()
            while (message := await socket.receive())["type"] == "websocket.receive":
                question = message.get("text") or message.get("bytes") or b""
                number, status, answer = await self.answer(question, socket.client.host)
                reply = {"number": number, "status": status, "answer": answer}
                await socket.send_text(as_json(reply).decode())
        except WebSocketDisconnect:
            pass  # before the answer could be sent
        finally:
            self.sockets -= 1

    async def answer(self, text: str | bytes, address: str) -> tuple[object, int, object]:
        """A question from an address -> its number, the status and the answer."""
        number = None
        try:
            question = read(text)
            if type(question.get("number")) is int and 0 <= question["number"] < 2**53:
                number = question["number"]  # a whole number that each reader of JSON understands
            function = self.function(question)
            visitor = (address, str(question.get("session_hash")))
            return number, 200, await self.in_turn(visitor, function, question.get("data"))
        except HTTPException as refused:
            return number, refused.status_code, {"detail": refused.detail}

    def function(self, question: dict):
        """The server function that is asked. Raises HTTPException if there is none."""
        number, name = question.get("component_id"), question.get("fn_name")
        component = self.page.blocks.get(number) if type(number) is int else None
        function = getattr(component, name, None) if isinstance(name, str) else None
        if not getattr(function, "_is_server_fn", False):
            raise HTTPException(400, "This request names a function that is not here.")
        return function

    async def in_turn(self, visitor: tuple, function, data: object) -> object:
        """The function's answer, after those to the visitor's earlier questions."""
        if self.asking[visitor] >= MOST:
            await asyncio.sleep(DELAY)
            raise HTTPException(429, "Too many questions at once; please wait for the answers.")
        self.asking[visitor] += 1
        try:
            async with self.turns[visitor]:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self.workers, function, data)
        finally:
            self.asking[visitor] -= 1
            if not self.asking[visitor]:
                del self.asking[visitor], self.turns[visitor]


def as_json(answer: object) -> bytes:
    return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)


def read(text: str | bytes) -> dict:
    """A question as JSON: {"data", "component_id", "fn_name", "session_hash", "number"}.

    Only a WebSocket's questions need a number.
    """
    try:
        question = json.loads(text)  # not orjson, which knows no NaN and no large numbers
    except (ValueError, RecursionError) as error:
        raise HTTPException(422, "This is not JSON.") from error
    if not isinstance(question, dict):
        raise HTTPException(422, "This is not a question to a component.")
    return question
