"""The Decode tab in a real browser: whatever is done there is answered."""

import json
import urllib.error
import urllib.request

import pytest
from PIL import Image

DECODED = "#decoder .decoded canvas"


# ---- what the tests do and see ----


def open_tab(page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def pixels(page, canvas: str) -> str:
    return page.eval_on_selector(canvas, "canvas => canvas.toDataURL()")


def changed(page, canvas: str, old: str) -> None:
    page.wait_for_function(
        "([canvas, old]) => document.querySelector(canvas).toDataURL() !== old", arg=[canvas, old]
    )


def decoded_code(page) -> list[float]:
    texts = page.locator("#decoder .sliders output").all_text_contents()
    return [float(text.replace("\N{MINUS SIGN}", "-")) for text in texts]


# ---- decoding ----


def test_sliders_and_start_points_decode(page, exhibition):
    open_tab(page, "Decode")
    first = pixels(page, DECODED)
    slider = page.locator("#decoder input[type=range]").nth(1)
    slider.focus()
    for _ in range(15):
        slider.press("ArrowLeft")
    changed(page, DECODED, first)
    for name, words in (("The middle of the 1s", "Among the 1s."), ("The middle of the 0s", "0s")):
        page.get_by_role("button", name=name).click()
        page.locator("#decoder .words", has_text=words).wait_for()
    middle = exhibition.latent.middles[0]
    assert decoded_code(page) == pytest.approx(middle.tolist(), abs=0.06)
    for name in ("A random test digit", "A random point", "The middle of everything"):
        before = pixels(page, DECODED)
        page.get_by_role("button", name=name).click()
        changed(page, DECODED, before)
    page.locator("#decoder").get_by_role("button", name="Your drawing").click()
    page.locator("#decoder .words", has_text="7").wait_for()
    assert float(page.locator("#decoder .distance").inner_text()) >= 0


def test_the_pad_is_dragged_and_the_plane_follows_the_third_number(page):
    open_tab(page, "Decode")
    pad = page.locator("#decoder .pad")
    box = pad.bounding_box()
    before = decoded_code(page)
    old = pixels(page, DECODED)
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.wait_for_selector("#decoder .tip:not([hidden])")  # what is under the pointer
    page.wait_for_function("() => document.querySelector('#decoder .tip .about').innerText")
    assert decoded_code(page) == before
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 300, steps=10)
    page.mouse.up()
    changed(page, DECODED, old)
    after = decoded_code(page)
    assert after[0] != before[0]
    assert after[1] != before[1]
    assert after[2] == before[2]

    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.wait_for_timeout(1000)
    seen = pixels(page, "#decoder .tip canvas")
    page.mouse.down()  # a click goes to what was seen there
    page.mouse.up()
    page.wait_for_function(
        "([canvas, seen]) => document.querySelector(canvas).toDataURL() === seen",
        arg=[DECODED, seen],
    )

    plane = pixels(page, "#decoder .plane")
    slider = page.locator("#decoder input[type=range]").nth(2)
    slider.focus()
    for _ in range(30):
        slider.press("ArrowRight")
    changed(page, "#decoder .plane", plane)

    pad.focus()
    before = decoded_code(page)
    pad.press("ArrowRight")
    assert decoded_code(page)[0] > before[0]
    page.get_by_label("The number that grows upwards").select_option("0")  # they change places
    assert page.get_by_label("The number that grows to the right").input_value() == "1"


def test_a_walk_is_played_and_saved(page, tmp_path):
    open_tab(page, "Decode")
    strips = [f"#walk canvas.{row}" for row in ("dense", "conv", "pixels")]
    before = [pixels(page, strip) for strip in strips]
    page.get_by_label("Digit at the start").select_option("2")
    for strip, old in zip(strips, before, strict=True):
        changed(page, strip, old)
    dense = pixels(page, strips[0])
    page.get_by_label("Digit at the end").select_option("drawing")
    changed(page, strips[0], dense)
    now = pixels(page, "#walk .now canvas")
    page.locator("#walk").get_by_role("button", name="Play").click()
    changed(page, "#walk .now canvas", now)
    page.locator("#walk").get_by_role("button", name="Stop").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as GIF").click()
    download.value.save_as(tmp_path / "walk.gif")
    with Image.open(tmp_path / "walk.gif") as picture:
        assert picture.format == "GIF"
        assert picture.n_frames == 22


def test_64_numbers_are_steered_along_their_directions(page):
    open_tab(page, "Decode")
    steered = "#directions canvas.steered"
    assert pixels(page, steered) == pixels(page, "#directions canvas.whole")
    old = pixels(page, steered)
    slider = page.locator("#directions .sliders input").first
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    changed(page, steered, old)
    page.get_by_role("button", name="Undo the changes").click()
    page.wait_for_function(
        "([canvas, old]) => document.querySelector(canvas).toDataURL() === old", arg=[steered, old]
    )
    keep = page.get_by_label("How many directions are kept")
    keep.focus()
    keep.press("Home")
    page.get_by_text("1 direction carries").wait_for()
    changed(page, steered, old)
    assert page.locator("#directions .sliders input").nth(1).is_disabled()
    original = pixels(page, "#directions canvas.original")
    page.locator("#directions select").select_option("drawing")
    changed(page, "#directions canvas.original", original)


@pytest.mark.parametrize("tab", ["Decode"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_all_without_scrolling_sideways(browser, server, tab, theme):
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    errors = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server}?__theme={theme}")
    page.wait_for_selector("#sketchpad canvas")
    open_tab(page, tab)
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()
    assert errors == []


# ---- what comes in is untrusted ----


@pytest.fixture(scope="module")
def ask(server):
    """Calls a server function as the page does: its name, its data -> the status, the answer."""
    with urllib.request.urlopen(f"{server}config") as response:
        components = json.load(response)["components"]
    owners = {c["props"].get("elem_id"): c["id"] for c in components}

    def call(owner: str, name: str, data: object) -> tuple[int, dict]:
        body = {"data": data, "component_id": owners[owner], "fn_name": name, "session_hash": "x"}
        request = urllib.request.Request(
            f"{server}gradio_api/component_server/",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    return call


@pytest.mark.parametrize(
    ("owner", "name", "data", "message"),
    [
        ("decoder", "decode", [1, 2], "3 finite numbers"),
        ("decoder", "decode", [1, 2, float("nan")], "3 finite numbers"),
        ("decoder", "decode", [1, 2, float("inf")], "3 finite numbers"),
        ("decoder", "decode", "here", "3 finite numbers"),
        ("decoder", "show_plane", [[1, 2, 3], [0, 0]], "two different"),
        ("decoder", "show_plane", [[1, 2, 3], [0, 7]], "two different"),
        ("decoder", "show_plane", {}, "a code and two axes"),
        ("decoder", "start", 5, "a drawing"),
        ("decoder", "start", "elsewhere", "data URL"),
        ("walk", "go", [1], "two digits"),
        ("walk", "go", None, "two digits"),
        ("walk", "go", 7, "two digits"),
        ("walk", "go", [1, 20_000], "whole number"),
        ("walk", "save", [1, "x"], "data URL"),
        ("directions", "steer", [1, 0, None], "whole number from 1 to 64"),
        ("directions", "steer", [1, 65, None], "whole number from 1 to 64"),
        ("directions", "steer", [1, 6, [0] * 5], "6 finite numbers"),
        ("directions", "steer", [-4, 6, None], "whole number from 0 to 9999"),
        ("directions", "steer", None, "Send a digit"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(ask, owner, name, data, message):
    status, answer = ask(owner, name, data)
    assert status == 422
    assert message in answer["detail"]


def test_what_is_odd_is_answered(ask):
    status, answer = ask("decoder", "decode", [3e38, -3e38, 3e38])
    assert status == 200
    assert "far from anything in the data" in answer["words"]
    assert ask("walk", "go", [3, 3])[0] == 200
    assert ask("directions", "steer", [0, 64, [1e30] * 6])[0] == 200
