"""How the page's scripts get their answers: the components' server functions, by the shortest way.

Gradio has the same address with the same questions and answers, but takes 2 ms to come to the
function, and lets whoever asks most have most. Here a visitor's questions wait for each other, not
for those of all visitors.
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

ROUTE = "/gradio_api/component_server"
WORKERS = 2  # more threads only take Python's lock from each other
MOST = 20  # questions of one visitor that may wait; the page's scripts ask one or two at a time
DELAY = 1  # seconds until the refusal of more: whoever repeats it at once would be a burden


class Answers:
    """ASGI middleware: answers the questions to the components of `page`, passes on the rest."""

    def __init__(self, app: ASGIApp, page: gr.Blocks):
        self.app = app
        self.page = page
        self.workers = ThreadPoolExecutor(WORKERS)
        self.asking: Counter = Counter()  # visitor -> how many of their questions are here
        self.turns: dict = defaultdict(asyncio.Lock)  # visitor -> whose turn it is

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self.app(scope, receive, send)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path.rstrip("/") != ROUTE:
            return await self.app(scope, receive, send)
        try:
            question = read(await Request(scope, receive).body())
            function = self.function(question)
            visitor = (scope["client"][0], str(question.get("session_hash")))
            answer, status = await self.in_turn(visitor, function, question.get("data")), 200
        except HTTPException as refused:
            answer, status = {"detail": refused.detail}, refused.status_code
        except ClientDisconnect:
            return
        body = orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)
        await Response(body, status, media_type="application/json")(scope, receive, send)

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


def read(body: bytes) -> dict:
    """A question as JSON: {"data", "component_id", "fn_name", "session_hash"}."""
    try:
        question = json.loads(body)  # not orjson, which knows no NaN and no large numbers
    except (ValueError, RecursionError) as error:
        raise HTTPException(422, "This is not JSON.") from error
    if not isinstance(question, dict):
        raise HTTPException(422, "This is not a question to a component.")
    return question
