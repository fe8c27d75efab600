"""The exported page from servers of plain files, as those who host it for nothing have them."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

NGINX = """
{user}
pid {work}/nginx.pid;
events {{}}
http {{
    include /etc/nginx/mime.types;
    types {{ text/javascript js; }}
    access_log off;
    client_body_temp_path {work};
    proxy_temp_path {work};
    fastcgi_temp_path {work};
    uwsgi_temp_path {work};
    scgi_temp_path {work};
    gzip on;
    gzip_types text/css text/javascript image/svg+xml;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {work}/certificate;
        ssl_certificate_key {work}/key;
        root {folder};
    }}
}}
"""


@contextlib.contextmanager
def python_server(folder: Path) -> Iterator[int]:
    """`python -m http.server`, over HTTP/1. Gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    with running([*command, "--directory", folder], port):
        yield port


@contextlib.contextmanager
def nginx_with_tls(folder: Path) -> Iterator[int]:
    """nginx with TLS, HTTP/2 and compression. Gives its port; the certificate is its own."""
    port = free_port()
    with TemporaryDirectory() as work:
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
                *(
                    "-subj",
                    "/CN=127.0.0.1",
                    "-keyout",
                    f"{work}/key",
                    "-out",
                    f"{work}/certificate",
                ),
            ],
            check=True,
            capture_output=True,
        )
        user = "" if os.getuid() else "user root;"  # else its workers may not enter the folder
        Path(work, "nginx.conf").write_text(
            NGINX.format(user=user, work=work, port=port, folder=folder)
        )
        nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        if not nginx:
            sys.exit("nginx is not installed; it is needed to measure the exported page.")
        command = [nginx, "-p", work, "-c", f"{work}/nginx.conf", "-e", f"{work}/error.log"]
        with running([*command, "-g", "daemon off;"], port):
            yield port


@contextlib.contextmanager
def running(command: list, port: int) -> Iterator[None]:
    """A server's program, until the block is left. RuntimeError if it doesn't come to listen."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not listens(port):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
