"""A stand-in for the Hugging Face Hub: its HTTP API as far as deploy_space.py uses it.

The rules are those of the Hub's documentation in September 2026. Its words about free accounts on
cpu-basic are its own; those of the other refusals, which nobody has written down, are made up.
"""

import base64
import hashlib
import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import yaml

ACCOUNTS = {  # by token
    "hf_free": {"name": "me", "days": 400, "pays": False, "role": "write"},
    "hf_paying": {"name": "me", "days": 400, "pays": True, "role": "write"},
    "hf_young": {"name": "me", "days": 3, "pays": False, "role": "write"},
    "hf_reading": {"name": "me", "days": 400, "pays": False, "role": "read"},
}
ORGANIZATION = "our-school"  # of which all of them are members
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


class Refusal(Exception):
    def __init__(self, status: int, words: str, code: str = ""):
        self.status, self.words, self.code = status, words, code


class Hub(ThreadingHTTPServer):
    """Keeps Spaces in memory, each as `new_space` makes it.

    Files that aren't text go the way of Git LFS, as on the Hub: first their content, by its hash,
    then its name in the commit.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.spaces, self.stored = {}, {}
        self.url = f"http://127.0.0.1:{self.server_port}"

    def check_may_run(self, account: dict, sdk: str, hardware: str | None) -> None:
        if sdk == "static":
            return
        if hardware == "zero-a10g":
            taken = [space for space in self.spaces.values() if space["hardware"] == "zero-a10g"]
            if account["days"] < 30:
                raise Refusal(403, "Your account is too young to host ZeroGPU Spaces.")
            if len(taken) >= 2:
                raise Refusal(403, "You have reached the limit of 2 ZeroGPU Spaces.")
        elif not account["pays"]:
            raise Refusal(
                402,
                "Static Spaces are free for everyone, but hosting Gradio and Docker Spaces on free "
                "cpu-basic requires a PRO subscription. Subscribe at https://huggingface.co/pro",
            )


def new_space(sdk: str, hardware: str | None = None, *, private: bool = False, files=()) -> dict:
    return {
        "sdk": sdk,
        "hardware": hardware,
        "private": private,
        "files": dict.fromkeys(files, b""),
    }


def front_matter_errors(readme: str) -> list[str]:
    """What the Hub would say against the README of a Space."""
    front = yaml.safe_load(readme.split("---\n")[1])
    wanted = {
        "title": bool(front["title"]),
        "emoji": len(front["emoji"].removesuffix("\N{VARIATION SELECTOR-16}")) == 1,
        "colorFrom": front["colorFrom"] in COLOURS,
        "colorTo": front["colorTo"] in COLOURS,
        "short_description": 0 < len(front["short_description"]) <= 60,
        "sdk": front["sdk"] in ("gradio", "static"),
        "sdk_version": ("sdk_version" in front) == (front["sdk"] == "gradio"),
        "python_version": re.fullmatch(r"3\.\d+", front.get("python_version", "3.10")) is not None,
    }
    return [f"{name} is not valid" for name, valid in wanted.items() if not valid]


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.read_body()
        try:
            self.answer(body)
        except Refusal as refusal:
            headers = {"X-Error-Message": refusal.words, "X-Error-Code": refusal.code}
            self.reply({"error": refusal.words}, refusal.status, headers)

    do_GET = do_PUT = do_POST

    def log_message(self, *_):
        pass

    def reply(self, content, status: int = 200, headers: dict | None = None) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, body: bytes) -> None:
        hub, path = self.server, urlsplit(self.path).path
        if path.startswith("/stored/"):  # an address that says itself who may write there
            assert hashlib.sha256(body).hexdigest() == path.split("/")[-1]
            hub.stored[path.split("/")[-1]] = body
            return self.reply({})
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in ACCOUNTS:
            raise Refusal(401, "Invalid credentials in Authorization header")
        account = ACCOUNTS[token]
        if path == "/api/whoami-v2":
            login = {"accessToken": {"role": account["role"]}}
            organizations = [{"name": ORGANIZATION}]
            return self.reply({"name": account["name"], "orgs": organizations, "auth": login})
        if path == "/api/repos/create":
            return self.create(account, json.loads(body))
        if path == "/api/validate-yaml":
            errors = [
                {"message": words} for words in front_matter_errors(json.loads(body)["content"])
            ]
            return self.reply({"errors": errors, "warnings": []}, 400 if errors else 200)
        if found := re.fullmatch(r"(?:/api)?/spaces/([^/]+/[^/]+?)(\.git)?(?:/(.+))?", path):
            name, _, what = found.groups()
            if name not in hub.spaces:
                raise Refusal(404, "Repository not found", "RepoNotFound")
            if what is None:
                return self.reply(self.describe(name))
            self.check_writes(account, name)
            return self.change(account, name, what, body)
        raise Refusal(404, f"The stand-in doesn't know {path}")

    def check_writes(self, account: dict, name: str) -> None:
        if account["role"] == "read":
            raise Refusal(403, "You must use a write token to do that.")
        if (owner := name.split("/")[0]) not in (account["name"], ORGANIZATION):
            raise Refusal(403, f'You don\'t have the rights to write under the namespace "{owner}"')

    def describe(self, name: str) -> dict:
        space = self.server.spaces[name]
        hardware = {"current": None, "requested": space["hardware"]}
        runtime = {"stage": "RUNNING", "hardware": hardware}
        return {"id": name, "sdk": space["sdk"], "private": space["private"], "runtime": runtime}

    def create(self, account: dict, wanted: dict) -> None:
        name, sdk = f"{wanted['organization']}/{wanted['name']}", wanted["sdk"]
        assert wanted["type"] == "space"
        self.check_writes(account, name)
        if name in self.server.spaces:
            raise Refusal(409, "You already created this Space")
        hardware = None if sdk == "static" else wanted.get("hardware", "cpu-basic")
        self.server.check_may_run(account, sdk, hardware)
        private = wanted.get("visibility") == "private"
        self.server.spaces[name] = new_space(sdk, hardware, private=private)
        self.reply({"url": f"{self.server.url}/spaces/{name}"})

    def change(self, account: dict, name: str, what: str, body: bytes) -> None:
        space = self.server.spaces[name]
        files = space["files"]
        match what.split("/")[0]:
            case "settings":
                space["private"] = json.loads(body)["visibility"] == "private"
                self.reply({})
            case "hardware":
                hardware = json.loads(body)["flavor"]
                self.server.check_may_run(account, space["sdk"], hardware)
                space["hardware"] = hardware
                self.reply(self.describe(name)["runtime"])
            case "tree":
                self.reply(
                    [
                        {"type": "file", "path": path, "size": len(content), "oid": "0" * 40}
                        for path, content in files.items()
                    ]
                )
            case "preupload":
                self.reply({"files": [way(file) for file in json.loads(body)["files"]]})
            case "info":  # .../info/lfs/objects/batch
                objects = json.loads(body)["objects"]
                for stored in objects:
                    href = f"{self.server.url}/stored/{stored['oid']}"
                    stored["actions"] = {"upload": {"href": href}}
                self.reply({"transfer": "basic", "objects": objects})
            case "commit":
                for line in body.splitlines():
                    self.commit(files, **json.loads(line))
                oid = "0" * 40
                url = f"{self.server.url}/spaces/{name}/commit/{oid}"
                self.reply({"commitUrl": url, "commitOid": oid})

    def commit(self, files: dict, key: str, value: dict) -> None:
        if key == "file":
            files[value["path"]] = base64.b64decode(value["content"])
        if key == "lfsFile":
            files[value["path"]] = self.server.stored[value["oid"]]
        if key == "deletedFile":
            del files[value["path"]]


def way(file: dict) -> dict:
    """How a file is to be uploaded, decided on its first bytes."""
    mode = "lfs" if b"\0" in base64.b64decode(file["sample"]) else "regular"
    return {"path": file["path"], "uploadMode": mode, "shouldIgnore": False}
