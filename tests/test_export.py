"""The page as plain files: whole from any file server, the same each time, nothing overwritten."""

import http.server
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from nginx import nginx
from page_actions import (
    REBUILT,
    SEEN,
    SEVEN,
    draw,
    models_are_here,
    paper_is_empty,
    pixels,
    press,
    wait_for_change,
)
from program import ENVIRONMENT, ROOT, free_port

sys.path.insert(0, str(ROOT / "scripts"))

from export_page import SUMS, ExportError, export_page, replace

OWN = ROOT / "checkpoints"
SERVER = """
server {{
    listen 127.0.0.1:{port};
    include /etc/nginx/mime.types;
    root {folder};
}}
"""


def run(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, ROOT / "scripts/export_page.py", *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def exported(tmp_path_factory, server) -> Path:
    """An export by a process that has a page and a server already, in a folder below another."""
    folder = tmp_path_factory.mktemp("served") / "some where" / "digits"
    export_page(folder, OWN)
    return folder


@pytest.fixture(scope="module")
def python_server(exported) -> str:
    """The address of the folder around `exported`, from what `python -m http.server` runs."""
    handler = partial(QuietHandler, directory=exported.parent.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


ABORTED = "net::ERR_ABORTED"


@contextmanager
def opened(browser, address: str, **options):
    """The page there; at the end nothing may have failed, nor have been asked of elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    page = context.new_page()
    wrong = []
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # but what the page itself no longer wants, as it is left
    page.on("requestfailed", lambda r: wrong.append(r.url) if r.failure != ABORTED else None)
    page.on("response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    asked = []
    page.goto(address)
    yield page
    page.wait_for_load_state("networkidle")  # what is on its way would fail
    page.goto("about:blank")  # a page that one leaves may send something
    context.close()
    assert wrong == []
    elsewhere = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert elsewhere == []


def draws_and_rebuilds(page) -> None:
    models_are_here(page)
    press(page, "Clear the paper")
    before = [pixels(page, canvas) for canvas in REBUILT]
    draw(page, SEVEN)
    for canvas, old in zip(REBUILT, before, strict=True):
        wait_for_change(page, canvas, old)


def visit(page) -> None:
    """Uses each tab."""
    draws_and_rebuilds(page)
    shortest = pixels(page, "#code-size .rebuilt canvas")
    page.locator("#code-size button").first.click()
    wait_for_change(page, "#code-size .rebuilt canvas", shortest)
    seen = pixels(page, SEEN)
    page.set_input_files("#sketchpad input[type=file]", ROOT / "tests/cases/shadow_phone.jpg")
    wait_for_change(page, SEEN, seen)

    page.get_by_role("tab", name="Latent space").click()
    page.wait_for_selector("#latent-scatter .gl-container canvas")
    page.get_by_role("tab", name="Decode").click()
    page.locator("#walk .end b", has_text="test digit 7").wait_for()
    walk = pixels(page, "#walk .dense")
    page.get_by_label("Digit at the end").select_option("drawing")
    wait_for_change(page, "#walk .dense", walk)
    decoded = pixels(page, "#decoder .decoded canvas")
    page.locator("#decoder input[type=range]").first.press("Home")
    wait_for_change(page, "#decoder .decoded canvas", decoded)

    page.get_by_role("tab", name="Models").click()
    page.locator("#dense-curves .frame").scroll_into_view_if_needed()
    page.wait_for_selector("#dense-curves .main-svg")
    seen = pixels(page, SEEN)
    page.locator("#conv-gallery [data-digit]").last.click()
    wait_for_change(page, SEEN, seen)

    page.get_by_role("button", name="Lesson", exact=True).click()
    lesson = page.locator("#lesson-sheet")
    lesson.get_by_text("No, only an 8").click()
    lesson.get_by_role("button", name="Try it").click()
    paper_is_empty(page)
    draw(page, SEVEN)
    lesson.get_by_role("button", name="Answer", exact=True).click()
    lesson.get_by_text("You guessed: No, only an 8.").wait_for()


def test_each_tab_works_from_python_s_file_server_below_a_path(browser, python_server):
    with opened(browser, f"{python_server}some%20where/digits/", locale="fr-FR") as page:
        visit(page)
        footer = page.locator("footer")
        assert re.findall(r"\w+", footer.inner_text()) == ["Créé", "avec", "Gradio", "Paramètres"]
        footer.get_by_text("Paramètres").click()
        page.get_by_text("Langue", exact=True).wait_for()
        assert not page.locator(".record-button").is_visible()
        page.get_by_role("button", name="Dark").click()
        page.wait_for_selector("body.dark #sketchpad canvas")


def test_each_tab_works_from_nginx(browser, exported, tmp_path):
    port = free_port()
    with (
        nginx(tmp_path, SERVER.format(port=port, folder=f'"{exported}"'), port),
        opened(browser, f"http://127.0.0.1:{port}/") as page,
    ):
        visit(page)


def test_it_works_in_an_iframe_of_another_site(browser, exported, python_server):
    (exported.parent.parent / "lesson.html").write_text(
        f"""<link rel="icon" href="data:,">
        <iframe src="{python_server}some%20where/digits/" width="1200" height="800"></iframe>"""
    )
    context = browser.new_context()
    page = context.new_page()
    errors = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(python_server.replace("127.0.0.1", "localhost") + "lesson.html")
    frame = page.frames[1]
    frame.wait_for_selector("#sketchpad canvas")
    models_are_here(frame)
    before = pixels(frame, REBUILT[0])
    frame.locator("#sketchpad").get_by_role("button", name="Next").click()
    wait_for_change(frame, REBUILT[0], before)
    context.close()
    assert errors == []


def test_on_a_static_space_it_asks_nothing_of_the_hub(browser, exported):
    """The browser believes to be there; the files are given to it by this test."""
    address = "http://user-digits.static.hf.space/"

    def answer(route):
        path = route.request.url.removeprefix(address).partition("?")[0] or "index.html"
        route.fulfill(path=exported / path)

    context = browser.new_context()
    page = context.new_page()
    errors, asked = [], []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.route(f"{address}**", answer)
    page.goto(address + "index.html")
    draws_and_rebuilds(page)
    context.close()
    assert errors == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_opened_without_a_server_it_says_what_to_do(browser, exported):
    page = browser.new_page()
    page.goto((exported / "index.html").as_uri())
    page.get_by_text("python -m http.server").wait_for()
    page.close()


def test_the_same_checkpoints_give_the_same_files(exported, tmp_path):
    result = run(tmp_path / "page", "--checkpoints", OWN)
    assert result.returncode == 0, result.stderr
    again = files(tmp_path / "page")
    assert again == files(exported)
    sizes = {name: len(content) for name, content in again.items()}
    assert f"{len(sizes)} files" in result.stdout
    other_codes = sum(size for name, size in sizes.items() if name.startswith("data/dense-"))
    assert 0 < other_codes < 5e6
    [play] = [size for name, size in sizes.items() if name.startswith("data/snapshot_weights.")]
    assert play < 6e6  # fetched when the training is played
    training_digits = sum(s for name, s in sizes.items() if name.startswith("data/training_digits"))
    assert 0 < training_digits < 4e6
    assert sum(sizes.values()) - other_codes - play - training_digits < 12e6
    assert {".unfinished", ".earlier"}.isdisjoint(path.suffix for path in tmp_path.iterdir())
    for name, content in again.items():  # nothing of the machine, nor of the way there
        assert str(ROOT).encode() not in content, name
    assert b"127.0.0.1:78" not in again["index.html"]
    assert b'property="og:image" content="web/preview.png"' in again["index.html"]
    assert b"og:url" not in again["index.html"]  # which nobody knows
    assert "web/preview.png" in again
    assert not re.search(rb"Client\(|api_name.{0,9}reconstruct|/?endpoints\?", again["index.html"])


def test_an_export_replaces_an_earlier_one_and_has_the_checkpoints_that_it_was_given(
    exported, tmp_path
):
    shutil.copytree(OWN / "dense", tmp_path / "models/dense")
    (tmp_path / "models/dense/snapshots.npz").unlink()
    shutil.copytree(exported, tmp_path / "page")
    export_page(tmp_path / "page", tmp_path / "models", "https://school.example/digits/")
    page = files(tmp_path / "page")
    assert b"the dense model is models/dense" in page["index.html"]
    assert b'content="https://school.example/digits/web/preview.png"' in page["index.html"]
    assert b'property="og:url" content="https://school.example/digits/"' in page["index.html"]
    old = set(files(exported))
    other_codes = {f"data/{folder.name}" for folder in OWN.glob("dense-*")}
    play = {"data/snapshots", "data/snapshot_weights"}
    assert {name.split(".")[0] for name in old - set(page)} == play | other_codes


def test_a_folder_with_anything_else_in_it_is_refused(exported, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("All my work.")
    edited = tmp_path / "edited"
    shutil.copytree(exported, edited)
    (edited / "theme.css").write_text("body { color: red }")
    linked = tmp_path / "linked"
    shutil.copytree(exported, linked)
    (linked / "data/mine").symlink_to(mine)
    file = tmp_path / "file"
    file.write_text("")
    for folder, name in ((mine, "thesis.txt"), (edited, "theme.css"), (linked, "data/mine")):
        before = files(folder)
        with pytest.raises(ExportError, match=f"{folder} holds {name}, which is not of an earlier"):
            export_page(folder, OWN)
        assert files(folder) == before
    with pytest.raises(ExportError, match="is a file"):
        export_page(file, OWN)
    result = run(mine)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1


def test_an_empty_folder_is_taken(tmp_path):
    replace(tmp_path / "page", {"index.html": b"old", "a/b.js": b""})
    assert files(tmp_path / "page") == {"index.html": b"old", "a/b.js": b""}
    (tmp_path / "empty").mkdir()
    replace(tmp_path / "empty", {"index.html": b"new"})
    assert files(tmp_path / "empty") == {"index.html": b"new"}


def test_where_not_all_can_be_written_the_earlier_export_stays(exported, tmp_path):
    folder = tmp_path / "page"
    shutil.copytree(exported, folder)
    limited = ["sh", "-c", 'ulimit -f 2000; exec "$@"', "sh"]  # no file beyond 1 MB
    script = [sys.executable, ROOT / "scripts/export_page.py", folder]
    result = subprocess.run([*limited, *script], env=ENVIRONMENT, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr == f"The page can't be written to {folder}: File too large.\n"
    assert files(folder) == files(exported)
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_checkpoints_that_are_not_there_get_the_sentence_that_app_py_says(tmp_path):
    with pytest.raises(ExportError, match="neither a folder dense nor a folder conv"):
        export_page(tmp_path / "page", tmp_path)
    assert not (tmp_path / "page").exists()


def test_the_list_of_the_files_is_one_that_sha256sum_checks(exported):
    if not shutil.which("sha256sum"):
        pytest.skip("sha256sum is not installed.")
    command = ["sha256sum", "--check", "--strict", SUMS]
    assert subprocess.run(command, cwd=exported, capture_output=True).returncode == 0
    assert len((exported / SUMS).read_text().splitlines()) == len(files(exported)) - 1
