"""The page behind a real nginx, set up in ways that leave the server in the dark about its address:
what runs in the browser goes by the address that the browser has."""

import os
import shutil
import subprocess
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from gradio_client import Client, handle_file
from nginx import as_in_the_docs, nginx, replaced
from PIL import Image
from program import free_port, running

SERVER = """
server {{
    listen {listen};
    location / {{
        proxy_pass http://copies;
        proxy_http_version 1.1;
        proxy_buffering off;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        {headers}
    }}
}}
"""
WITHOUT_THE_PORT = """
        proxy_redirect off;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
"""  # as Gradio's guide has it
WITHOUT_THE_SCHEME = "proxy_set_header Host $http_host;"
REBUILT = "document.querySelector('#dense-reconstruction canvas').toDataURL()"
SHOWS_SOMETHING = """() => {
    const canvas = document.querySelector("#dense-reconstruction canvas")
    const shown = canvas?.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    return shown && new Set(shown).size > 9
}"""
NO_ICON = "location = /favicon.ico { return 204; }"  # which a browser wants of every host
WAYS = ("Gradio's guide: no port", "TLS, and nobody says so", "TLS, as in docs/nginx.conf")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> str:
    """What nginx needs to be told for TLS with a certificate that it signed itself."""
    if not shutil.which("openssl"):
        if os.environ.get("CI"):
            pytest.fail("openssl is missing, and on CI the page must be tested behind TLS.")
        pytest.skip("openssl is not installed: `apt-get install openssl`, then run this again.")
    folder = tmp_path_factory.mktemp("certificate")
    key, signed = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-keyout", key, "-out", signed),
        ],
        check=True,
        capture_output=True,
    )
    return f"ssl; ssl_certificate {signed}; ssl_certificate_key {key}"


@pytest.fixture(scope="module", params=["/", "/digits/"])
def addresses(request, tmp_path_factory, server, certificate):
    """The page's address by each of the WAYS, at the root or below a path."""
    place = request.param
    with ExitStack() as stack:
        if place != "/":
            app = running("app.py", "--port", free_port(), "--root-path", place.rstrip("/"))
            _, server = stack.enter_context(app)
        copy = urlsplit(server).port
        ports = [free_port() for _ in WAYS]
        listens = [f"127.0.0.1:{port}" for port in ports]
        servers = [
            SERVER.format(listen=listens[0], headers=WITHOUT_THE_PORT),
            SERVER.format(listen=f"{listens[1]} {certificate}", headers=WITHOUT_THE_SCHEME),
            as_in_the_docs(f"{listens[2]} {certificate}", [copy]),
        ]
        if place != "/":  # then there is nothing at the root
            moved = {"location / {": f"{NO_ICON} location {place} {{", "//copies;": "//copies/;"}
            servers = [replaced(text, moved) for text in servers]
        folder = tmp_path_factory.mktemp("nginx")
        stack.enter_context(nginx(folder, "".join(servers), ports[0]))
        schemes = ("http", "https", "https")
        yield {
            way: f"{scheme}://{listen}{place}"
            for way, scheme, listen in zip(WAYS, schemes, listens, strict=True)
        }


@pytest.mark.parametrize("way", WAYS)
def test_the_page_draws_rebuilds_and_shows_the_latent_space(browser, addresses, way):
    address = addresses[way]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors, asked = [], []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_function(SHOWS_SOMETHING)
    before = page.evaluate(REBUILT)
    box = page.locator("#sketchpad canvas").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.7 * box["height"], steps=10)
    page.mouse.up()
    page.wait_for_function(f"before => {REBUILT} !== before", arg=before)
    page.get_by_role("tab", name="Latent space").click()
    page.wait_for_selector("#latent-scatter .gl-container canvas")
    context.close()
    assert errors == []
    elsewhere = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert elsewhere == []


@pytest.mark.parametrize("way", WAYS)
def test_a_program_sends_a_picture_and_gets_pictures(addresses, way, digits, tmp_path):
    file = tmp_path / "digit.png"
    Image.fromarray(255 - digits.images[0, 0].numpy()).resize((168, 168)).save(file)
    downloads = tmp_path / "downloads"
    client = Client(addresses[way], verbose=False, ssl_verify=False, download_files=downloads)
    *pictures, numbers = client.predict(handle_file(file), api_name="/reconstruct")
    assert [Image.open(picture).format for picture in pictures] == ["PNG"] * 3
    rows = client.predict(numbers["dense"]["code"], "dense", api_name="/decode")
    assert len(rows) == 28
