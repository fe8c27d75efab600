"""The Latent space and Decode tabs in a real browser: whatever is done there is answered."""

import io
import json
import urllib.error
import urllib.request

import numpy as np
import pytest
from PIL import Image

GRAPH = "#latent-scatter .js-plotly-plot"
PICK = "#latent-pick"
DECODED = "#decoder .decoded canvas"


# ---- what the tests do and see ----


def open_tab(page, name: str) -> None:
    page.emulate_media(reduced_motion="reduce")  # the cloud doesn't turn by itself
    page.get_by_role("tab", name=name).click()
    if name == "Latent space":
        wait(page, "graph => graph?.data?.[12]?.x?.length === 1")


def wait(page, condition: str, arg: object = None) -> None:
    """Until `condition`, a function of Plotly's element, holds."""
    page.wait_for_function(
        f"arg => ({condition})(document.querySelector('{GRAPH}'), arg)", arg=arg, timeout=60_000
    )


def camera(page) -> dict:
    return page.eval_on_selector(GRAPH, "graph => graph._fullLayout.scene._scene.getCamera().eye")


def pixels(page, canvas: str) -> str:
    return page.eval_on_selector(canvas, "canvas => canvas.toDataURL()")


def changed(page, canvas: str, old: str) -> None:
    page.wait_for_function(
        "([canvas, old]) => document.querySelector(canvas).toDataURL() !== old", arg=[canvas, old]
    )


def happens(page, event: str, trace: int, point: int) -> None:
    """Plotly tells of a point under the pointer. It finds the point with the graphics card."""
    page.eval_on_selector(
        GRAPH,
        """(graph, [name, curveNumber, pointNumber]) => graph.emit(name, {
            points: [{curveNumber, pointNumber}],
            event: new MouseEvent("x", {clientX: 300, clientY: 400}),
        })""",
        [event, trace, point],
    )


def find_point(page) -> None:
    """Moves the real pointer over the scatter until it is over a point."""
    box = page.locator(GRAPH).bounding_box()
    for step in range(60):
        x = 0.35 + 0.25 * (step % 8) / 8
        y = 0.45 + 0.25 * (step // 8) / 8
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(250)
        if page.locator("#latent-map .tip").is_visible():
            return
    pytest.fail("the pointer found no point of the cloud")


def title(page) -> str:
    return page.locator(f"{PICK} .title").inner_text()


def decoded_code(page) -> list[float]:
    texts = page.locator("#decoder .sliders output").all_text_contents()
    return [float(text.replace("\N{MINUS SIGN}", "-")) for text in texts]


# ---- the latent space ----


def test_resting_on_a_point_shows_its_digit_and_a_click_picks_it(page):
    open_tab(page, "Latent space")
    old = title(page)
    find_point(page)
    assert " at " in page.locator("#latent-map .tip .about").inner_text()
    page.wait_for_function(
        """() => document.querySelector("#latent-map .tip canvas").getContext("2d")
            .getImageData(0, 0, 28, 28).data.some(value => value)"""
    )
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function(
        "([place, old]) => document.querySelector(place).innerText !== old",
        arg=[f"{PICK} .title", old],
    )
    assert pixels(page, "#latent-map .tip canvas") == pixels(page, f"{PICK} .original")


def test_turning_the_cloud_by_hand_picks_nothing(page):
    open_tab(page, "Latent space")
    find_point(page)
    old, turned_from = title(page), camera(page)
    box = page.locator(GRAPH).bounding_box()
    page.mouse.down()
    page.wait_for_timeout(500)  # Plotly calls this a click
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"], steps=8)
    page.wait_for_timeout(500)
    page.mouse.up()
    page.wait_for_timeout(1000)
    assert camera(page) != turned_from
    assert title(page) == old


def test_the_panel_tells_all_of_what_is_picked(page, exhibition):
    open_tab(page, "Latent space")
    assert "Your drawing" in title(page)  # until something is picked
    assert page.locator(f"{PICK} .nearest button").count() == 8
    happens(page, "plotly_click", 4, 3)  # the fourth of the 4s
    index = (exhibition.digits.labels == 4).nonzero()[3].item()
    page.get_by_text(f"test digit {index}").wait_for()
    assert "You picked a 4" in title(page)
    code = page.locator(f"{PICK} .code").inner_text().replace("\N{MINUS SIGN}", "-").split(",")
    assert [float(x) for x in code] == pytest.approx(
        exhibition.dense_codes[index].tolist(), abs=0.006
    )
    expected = exhibition.latent.neighbours[index].tolist()
    buttons = page.locator(f"{PICK} .nearest button")
    assert [int(b.get_attribute("data-pick")) for b in buttons.all()] == expected
    error = float(page.locator(f"{PICK} .dense-mse").inner_text())
    assert error == pytest.approx(exhibition.dense_errors[index].item(), abs=6e-4)
    same = sum(exhibition.digits.labels[i].item() == 4 for i in expected)
    assert f"{same} of 8 ({100 * same / 8:.0f} %) are 4s too" in page.locator(".same").inner_text()
    buttons.first.click()  # and so on from neighbour to neighbour
    page.get_by_text(f"test digit {expected[0]}").wait_for()


def test_a_pick_goes_to_the_decoder_and_to_the_sketchpad(page, exhibition):
    open_tab(page, "Latent space")
    happens(page, "plotly_click", 8, 0)
    index = (exhibition.digits.labels == 8).nonzero()[0].item()
    page.get_by_text(f"test digit {index}").wait_for()
    page.get_by_role("button", name="Decode from here").last.click()
    page.locator(DECODED).wait_for()
    page.get_by_role("tab", name="Decode", selected=True).wait_for()
    code = exhibition.dense_codes[index].tolist()
    page.wait_for_timeout(500)
    assert decoded_code(page) == pytest.approx(code, abs=0.06)

    page.get_by_role("tab", name="Latent space").click()
    before = pixels(page, "#sketchpad canvas")
    page.get_by_role("button", name="Draw it").click()
    page.get_by_role("tab", name="Draw", selected=True).wait_for()
    changed(page, "#sketchpad canvas", before)


def test_the_drawing_is_pinned_and_the_camera_stays(page):
    open_tab(page, "Latent space")
    page.get_by_role("button", name="Look along the 2nd number").click()
    wait(
        page,
        """graph => {
            const { eye, center } = graph._fullLayout.scene._scene.getCamera()
            return Math.abs(eye.x - center.x) < 0.01 && Math.abs(eye.y - center.y) > 1
        }""",
    )
    turned = camera(page)
    place = page.eval_on_selector(GRAPH, "graph => graph.data[12].x[0]")
    page.get_by_role("tab", name="Draw").click()
    box = page.locator("#sketchpad canvas").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    page.get_by_role("button", name="Find it in the latent space").click()
    wait(page, "(graph, old) => Math.abs(graph.data[12].x[0] - old) > 0.01", place)
    page.get_by_role("heading", name="Your drawing").wait_for()
    assert page.locator(f"{PICK} .nearest button").count() == 8
    assert camera(page) == pytest.approx(turned, abs=1e-6)
    page.locator(".annotation-scene rect.bg").first.wait_for()  # its picture stands beside it


def test_colours_and_a_digit_alone(page, exhibition):
    open_tab(page, "Latent space")
    page.get_by_label("Colour of the points").select_option("error")
    wait(page, "graph => graph.data[3].marker.color.length === graph._fullData[3].x.length")
    assert page.locator("#latent-map .scale").is_visible()
    errors = exhibition.dense_errors[exhibition.digits.labels == 3].numpy()
    colours = page.eval_on_selector(GRAPH, "graph => [...graph.data[3].marker.color]")
    worst = np.quantile(exhibition.dense_errors, 0.99)  # all that are worse have one colour
    np.testing.assert_allclose(colours, 255 * np.minimum(errors / worst, 1), atol=0.6)
    page.get_by_label("Colour of the points").select_option("digit")
    wait(page, "graph => typeof graph.data[3].marker.color === 'string'")
    page.get_by_label("Which digits are shown").select_option("5")
    wait(
        page, "graph => graph.data.slice(0, 10).every((t, d) => (t.visible === true) === (d === 5))"
    )
    page.get_by_label("Which digits are shown").select_option("all")
    wait(page, "graph => graph.data.slice(0, 10).every(t => t.visible === true)")
    pair = exhibition.latent.most_alike()
    alike = sorted((pair.digit, pair.confused_with))
    page.get_by_label("Which digits are shown").select_option(",".join(map(str, alike)))
    wait(
        page,
        "(graph, alike) => graph.data.slice(0, 10)"
        ".every((t, d) => (t.visible === true) === alike.includes(d))",
        alike,
    )


def test_the_legend_isolates_a_digit_and_the_list_follows(page):
    open_tab(page, "Latent space")
    shown = page.get_by_label("Which digits are shown")
    legend = page.locator("#latent-scatter .legendtoggle")
    legend.nth(5).dblclick()
    wait(
        page, "graph => graph.data.slice(0, 10).every((t, d) => (t.visible === true) === (d === 5))"
    )
    assert shown.input_value() == "5"
    page.wait_for_timeout(500)  # the next click is one of its own
    legend.nth(3).click()
    wait(page, "graph => graph.data[3].visible === true")
    assert shown.input_value() == "some"
    shown.select_option("all")
    wait(page, "graph => graph.data.slice(0, 10).every(t => t.visible === true)")


def test_the_cloud_turns_until_it_is_touched_and_back_is_back(page):
    open_tab(page, "Latent space")
    start = camera(page)
    page.get_by_role("button", name="Turn").click()
    wait(
        page,
        "(g, x) => Math.abs(g._fullLayout.scene._scene.getCamera().eye.x - x) > 1e-3",
        start["x"],
    )
    page.dispatch_event(GRAPH, "pointerdown")
    page.wait_for_selector("[data-do=turn][aria-pressed=false]")
    page.wait_for_timeout(1000)
    stopped = camera(page)
    page.wait_for_timeout(1000)
    assert camera(page) == stopped
    page.get_by_role("button", name="Back to the start").click()
    wait(
        page,
        "(g, x) => Math.abs(g._fullLayout.scene._scene.getCamera().eye.x - x) < 1e-6",
        start["x"],
    )


def test_flat_projections_can_be_read_and_clicked(page):
    open_tab(page, "Latent space")
    page.get_by_label("Form of the map").select_option("flat")
    maps = page.locator("#latent-map .flat canvas")
    assert maps.count() == 3
    assert not page.locator(GRAPH).is_visible()
    box = maps.first.bounding_box()
    for step in range(20):  # somewhere on this line there is a point
        x, y = box["x"] + box["width"] * (0.3 + step / 50), box["y"] + 0.25 * box["height"]
        page.mouse.move(x, y)
        if page.locator("#latent-map .tip").is_visible():
            break
    about = page.locator("#latent-map .tip .about").inner_text()
    page.mouse.click(x, y)
    page.wait_for_function(
        "([place, digit]) => document.querySelector(place).innerText.includes(digit)",
        arg=[f"{PICK} .title", about.partition(" at ")[0]],
    )
    assert "test digit" in title(page)


def test_a_browser_without_webgl_gets_the_flat_map(page):
    page.add_init_script(
        """const getContext = HTMLCanvasElement.prototype.getContext
        HTMLCanvasElement.prototype.getContext = function(kind, ...more) {
            return kind.includes("webgl") ? null : getContext.call(this, kind, ...more)
        }"""
    )
    page.reload()
    open_tab(page, "Latent space")
    page.get_by_text("it has no WebGL").wait_for()
    first = page.locator("#latent-map .flat canvas").first
    assert not page.locator(GRAPH).is_visible()
    finished = first.evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("button", name="Play the training").click()
    page.get_by_text("After epoch").wait_for()
    assert first.evaluate("canvas => canvas.toDataURL()") != finished


def test_the_training_is_played_and_can_be_stepped_through(page, exhibition):
    asked = []
    page.on("request", lambda r: asked.append(r) if "evolution" in (r.post_data or "") else None)
    open_tab(page, "Latent space")
    before = camera(page)
    assert asked == []  # the moments come when they are asked for
    slider = page.get_by_label("Moment of the training")
    slider.focus()
    slider.press("Home")
    page.get_by_text("Before the training").wait_for()
    moment = page.locator("#latent-map .moment")
    assert f"Test error: {exhibition.evolution['test_mse'][0]:.4f}" in moment.inner_text()
    wait(page, "graph => graph._fullData.slice(0, 10).reduce((n, t) => n + t.x.length, 0) === 2000")
    page.get_by_role("button", name="Play the training").click()
    page.wait_for_function(
        "value => document.querySelector('.player input').value > value", arg="3"
    )
    page.get_by_text("The finished model").wait_for(timeout=120_000)
    wait(
        page, "graph => graph._fullData.slice(0, 10).reduce((n, t) => n + t.x.length, 0) === 10000"
    )
    error = exhibition.dense_errors.mean()
    assert f"600 epochs, with all 10,000 digits. Test error: {error:.4f}" in moment.inner_text()
    assert camera(page) == pytest.approx(before, abs=1e-6)
    assert len(asked) == 1


def test_the_play_looks_as_the_moment_where_it_is_stopped(page):
    open_tab(page, "Latent space")
    scatter = page.locator(GRAPH)
    play = page.get_by_role("button", name="Play the training")
    play.click()
    page.get_by_text("After epoch").wait_for()
    page.evaluate("later = requestAnimationFrame; void (requestAnimationFrame = () => 0)")
    page.wait_for_timeout(500)
    playing = Image.open(io.BytesIO(scatter.screenshot()))
    page.evaluate("void (requestAnimationFrame = later)")
    assert play.inner_text().endswith("Stop")
    play.click()
    page.wait_for_timeout(1000)
    stopped = Image.open(io.BytesIO(scatter.screenshot()))
    unlike = np.abs(np.asarray(playing, int) - np.asarray(stopped, int)).max(axis=2) > 20
    assert unlike.sum() < 20


def test_the_table_says_which_digits_can_be_told_apart(page, exhibition):
    open_tab(page, "Latent space")
    rows = page.locator("#cloud-table tbody tr")
    assert rows.count() == 10
    for digit, cloud in enumerate(exhibition.latent.clouds()):
        text = rows.nth(digit).inner_text().replace("\N{NO-BREAK SPACE}", " ")
        assert f"{100 * cloud.same:.0f} %" in text
        assert f"{cloud.confused_with} (" in text
        assert f"{cloud.gap:.1f} (the {cloud.closest}s)" in text
        error = exhibition.dense_errors[exhibition.digits.labels == digit].mean()
        assert f"{error:.3f}" in text


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


@pytest.mark.parametrize("tab", ["Latent space", "Decode"])
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
        ("latent-map", "pick", 10_000, "whole number from 0 to 9999"),
        ("latent-map", "pick", -1, "whole number from 0 to 9999"),
        ("latent-map", "pick", True, "whole number from 0 to 9999"),
        ("latent-map", "pick", None, "whole number from 0 to 9999"),
        ("latent-map", "pick", [3], "whole number from 0 to 9999"),
        ("latent-map", "pick", "nothing", "data URL"),
        ("latent-map", "picture", 2.5, "whole number"),
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
    assert ask("latent-map", "pick", 3.0)[0] == 200
    assert ask("directions", "steer", [0, 64, [1e30] * 6])[0] == 200
