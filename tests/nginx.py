"""A real nginx before the demo, for the tests of how it is hosted."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from program import ROOT

NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
MAIN = """
{user}
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/autoencoder.conf;
}}
"""


def as_in_the_docs(listen: str, copies: list[int]) -> str:
    """docs/nginx.conf, listening elsewhere, for the copies on these ports."""
    text = (ROOT / "docs/nginx.conf").read_text()
    in_the_docs = "server 127.0.0.1:7861;\n    server 127.0.0.1:7862;\n"
    here = "".join(f"server 127.0.0.1:{port};\n" for port in copies)
    return replaced(text, {"listen 80;": f"listen {listen};", in_the_docs: here})


def replaced(text: str, parts: dict[str, str]) -> str:
    for old, new in parts.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(folder: Path, servers: str, port: int) -> Iterator[None]:
    """Runs with these `server` blocks, one of which listens on the port, until it is left."""
    if not NGINX:
        if os.environ.get("CI"):
            pytest.fail("nginx is missing, and on CI the hosting must be tested.")
        pytest.skip("nginx is not installed: `apt-get install nginx-light`, then run this again.")
    (folder / "autoencoder.conf").write_text(servers)
    user = "" if os.getuid() else "user root;"  # else its workers may not enter the folder
    (folder / "nginx.conf").write_text(MAIN.format(user=user, folder=folder))
    arguments = ("-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log")
    process = subprocess.Popen([NGINX, *arguments, "-g", "daemon off;"])
    try:
        while not listens(port):
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
