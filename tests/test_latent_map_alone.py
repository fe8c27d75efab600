"""The Latent space tab, where a test needs a page of its own: its opening, phones, lost WebGL."""

import gzip
from functools import partial

import numpy as np
import pytest
import torch
from map_actions import (
    GRAPH,
    PICK,
    camera,
    coloured,
    distance,
    frames,
    happens,
    names_of,
    numbers,
    open_map,
    pick,
    seen,
    seen_by_plotly,
    title,
    wait,
)
from page_actions import SEVEN, draw, ink, opened_page, pixels, press, wait_for_change
from safetensors.numpy import load, save

from autoencoder import DenseAutoencoder
from autoencoder.data import to_unit
from autoencoder.demo.page_data import page_data
from autoencoder.latent import a

# ---- to the other tabs and back ----


def test_a_pick_goes_to_the_decoder_and_to_the_sketchpad(page, demo_data):
    open_map(page)
    page.evaluate(
        """async () => {
            const { codeToDecode } = await import(new URL("web/shared/state.js", document.baseURI))
            window.carried = []
            codeToDecode.subscribe(document.body, (code) => code && window.carried.push(code))
        }"""
    )
    index = (demo_data.digits.labels == 8).nonzero()[0].item()
    pick(page, index, demo_data)
    page.locator(PICK).get_by_role("button", name="Decode from here").click()
    page.get_by_role("tab", name="Decode", selected=True).wait_for()
    [code] = page.evaluate("window.carried")
    assert code == pytest.approx(demo_data.dense.codes[index].tolist(), abs=1e-4)

    page.get_by_role("tab", name="Latent space").click()
    before = pixels(page, "#sketchpad canvas")
    page.get_by_role("button", name="Draw it").click()
    page.get_by_role("tab", name="Draw", selected=True).wait_for()
    page.wait_for_function(
        "old => document.querySelector('#sketchpad canvas').toDataURL() !== old", arg=before
    )


def test_the_drawing_is_pinned_and_the_camera_stays(page, demo_data):
    open_map(page)
    page.get_by_role("button", name="Look along the 2nd number").click()
    wait(
        page,
        """graph => {
            const { eye, center } = graph._fullLayout.scene._scene.getCamera()
            return Math.abs(eye.x - center.x) < 0.01 && Math.abs(eye.y - center.y) > 1
        }""",
    )
    turned = camera(page)
    old = page.eval_on_selector(GRAPH, "graph => graph.data[12].x[0]")
    assert old == pytest.approx(demo_data.dense.codes[0, 0].item(), abs=0.01)  # the first digit
    page.get_by_role("tab", name="Draw").click()
    box = page.locator("#sketchpad canvas").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    page.get_by_role("button", name="Find it in the latent space").click()
    wait(page, "(graph, old) => Math.abs(graph.data[12].x[0] - old) > 0.01", old)
    page.get_by_role("heading", name="On the paper").wait_for()
    drawn = page.evaluate(
        """async () => {
            const page = (path) => import(new URL(`web/${path}`, document.baseURI))
            return [...(await page("shared/state.js")).drawing.value.image]
        }"""
    )
    with torch.inference_mode():
        [code] = demo_data.dense.model.encode(torch.tensor(drawn).reshape(1, 1, 28, 28))
    assert numbers(page.locator(f"{PICK} .code").inner_text()) == pytest.approx(
        code.tolist(), abs=0.006
    )
    place = page.eval_on_selector(GRAPH, "({ data: { 12: t } }) => [t.x[0], t.y[0], t.z[0]]")
    assert place == pytest.approx(code.tolist(), abs=1e-4)
    near = [
        int(button.get_attribute("data-pick"))
        for button in page.locator(f"{PICK} .nearest button").all()
    ]
    assert near == demo_data.latent.nearest(code.numpy())[0].tolist()
    assert camera(page) == pytest.approx(turned, abs=1e-6)
    page.locator(".annotation-scene rect.bg").first.wait_for()  # its picture stands beside it


# ---- opening it ----


def test_what_draws_the_cloud_is_fetched_while_the_hand_rests(page):
    for file in ("plotly", "test_digits", "test_images"):
        page.wait_for_function(
            """file => performance.getEntriesByType("resource")
                .some(({ name }) => name.includes(`/data/${file}.`))""",
            arg=file,
            timeout=60_000,
        )
    assert page.locator(GRAPH).count() == 0


def test_until_plotly_is_there_the_same_cloud_is_drawn_in_a_box_of_the_same_size(page):
    held = []
    page.route("**/data/plotly.*", lambda route: held.append(route))
    page.reload()
    page.get_by_role("tab", name="Latent space").click()
    boxes = ["#latent-scatter", "#latent-map .history"]
    page.locator(".history:visible").wait_for()
    before = [page.locator(box).bounding_box() for box in boxes]
    page.wait_for_selector("#latent-scatter .names b")
    page.get_by_role("heading", name="On the paper").wait_for()
    frames(page, 3)
    assert page.locator(GRAPH).count() == 0
    meanwhile, names = seen(page, "#latent-scatter"), names_of(page, "#latent-scatter .names")
    assert coloured(meanwhile).sum() > 2000
    assert len(names) == 10
    held.pop().continue_()
    wait(page, "graph => graph?.data?.[12]?.x?.length === 1")
    frames(page, 20)
    then = seen(page, "#latent-scatter")
    assert page.locator("#latent-scatter .meanwhile").count() == 0
    assert names_of(page, "#latent-scatter .names").keys() == names.keys()
    both = (coloured(meanwhile) & coloured(then)).sum()
    assert both > 0.75 * coloured(meanwhile).sum()
    assert [page.locator(box).bounding_box() for box in boxes] == before


# ---- the wheel and fingers ----


@pytest.fixture
def phone(browser, server):
    """The page on a phone, with the map open, and a function that touches it.

    `touch(kind, *places)` takes shares of the cloud's box; `kind` is Start, Move or End.
    """
    size = {"width": 390, "height": 844}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector("#sketchpad canvas")
    open_map(page)
    page.eval_on_selector("#latent-scatter", "box => box.scrollIntoView({ block: 'center' })")
    session = context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        box = page.locator(GRAPH).bounding_box()
        points = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"], "id": finger}
            for finger, (x, y) in enumerate(places)
        ]
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        frames(page, 2)

    page.touch = touch
    yield page
    context.close()


def test_the_wheel_scrolls_the_page_and_zooms_the_cloud_with_ctrl(page):
    page.set_viewport_size({"width": 1280, "height": 500})
    open_map(page)
    start = camera(page)
    box = page.locator(GRAPH).bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 60)
    page.mouse.wheel(0, 100)
    page.wait_for_function("scrollY > 0")
    hint = page.locator("#latent-scatter .hint")
    assert hint.inner_text() == "Ctrl and the wheel zoom the cloud; a drag turns it."
    assert camera(page) == start
    scrolled = page.evaluate("scrollY")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    wait(
        page,
        "(graph, x) => Math.abs(graph._fullLayout.scene._scene.getCamera().eye.x - x) > 0.05",
        start["x"],
    )
    assert distance(camera(page)) < 0.9 * distance(start)
    assert page.evaluate("[scrollY, visualViewport.scale]") == [scrolled, 1]


def test_two_fingers_turn_and_zoom_the_cloud_and_a_pick_leaves_it_so(phone, demo_data):
    start = camera(phone)
    phone.touch("Start", (0.2, 0.3))
    phone.touch("Start", (0.2, 0.3), (0.5, 0.3))
    for step in range(6):
        x = 0.05 * step
        phone.touch("Move", (0.2 + x, 0.3), (0.5 + x, 0.3))
    turned = camera(phone)
    assert np.hypot(turned["x"] - start["x"], turned["y"] - start["y"]) > 0.2
    assert turned["z"] == pytest.approx(start["z"], abs=1e-6)
    for step in range(6):
        phone.touch("Move", (0.45, 0.3 - 0.02 * step), (0.75, 0.3 + 0.02 * step))
    phone.touch("End")
    nearer = camera(phone)
    assert distance(nearer) < 0.95 * distance(turned)
    pick(phone, 17, demo_data)
    frames(phone, 5)
    assert camera(phone) == pytest.approx(nearer, abs=0.02)


def test_one_finger_scrolls_the_page_and_is_told_once_that_two_turn_the_cloud(phone):
    start, old = camera(phone), title(phone)
    hint = phone.locator("#latent-scatter .hint")
    scrolled = phone.evaluate("scrollY")
    phone.touch("Start", (0.5, 0.6))
    for step in range(1, 8):
        phone.touch("Move", (0.5, 0.6 - 0.05 * step))
    phone.touch("End")
    assert phone.evaluate("scrollY") > scrolled + 50
    assert camera(phone) == start
    assert title(phone) == old
    assert hint.inner_text() == "Two fingers turn and zoom the cloud."
    hint.evaluate("hint => { hint.textContent = '' }")
    phone.touch("Start", (0.5, 0.6))
    for step in range(1, 8):
        phone.touch("Move", (0.5, 0.6 + 0.05 * step))
    phone.touch("End")
    assert hint.inner_text() == ""


def test_a_tap_picks_the_point_under_the_finger_and_shows_it_there(phone, demo_data):
    x, y, _ = seen_by_plotly(phone, demo_data.dense.codes.numpy()).T
    box = phone.locator(GRAPH).bounding_box()
    inside = (x > 20) & (x < box["width"] - 20) & (y > 120) & (y < 0.8 * box["height"])
    for index in np.flatnonzero(inside):  # the first that lies alone
        away = np.hypot(x - x[index], y - y[index])
        if np.sort(away)[1] > 14:
            break
    phone.touch("Start", ((x[index] + 3) / box["width"], (y[index] - 3) / box["height"]))
    phone.touch("End")
    phone.get_by_text(f"test digit {index}", exact=True).wait_for()
    label = demo_data.digits.labels[index].item()
    glance = phone.locator("#latent-map .glance")
    assert glance.locator("figcaption").first.inner_text() == f"{a(label)}"
    image = to_unit(demo_data.digits.images[index : index + 1])
    with torch.inference_mode():
        rebuilt = demo_data.reconstruct.dense(image)[0, 0]
    np.testing.assert_allclose(
        ink(phone, "#latent-map .glance figure:nth-child(1) canvas"), image[0, 0], atol=1e-6
    )
    np.testing.assert_allclose(
        ink(phone, "#latent-map .glance figure:nth-child(2) canvas"), rebuilt, atol=0.003
    )
    for scrolled in ("start", "end"):  # wherever one is on the map, it is in view
        phone.eval_on_selector(
            "#latent-scatter", "(box, block) => box.scrollIntoView({ block })", scrolled
        )
        place = glance.locator("canvas").first.bounding_box()
        assert place["y"] >= 0
        assert place["y"] + place["height"] < 844


# ---- what may happen to a page ----


def test_the_cloud_fits_its_box_if_the_window_was_resized_while_it_was_hidden(page):
    open_map(page)
    for width, height in ((390, 844), (844, 390), (1280, 900)):
        page.get_by_role("tab", name="Draw").click()
        page.set_viewport_size({"width": width, "height": height})
        frames(page, 3)
        page.get_by_role("tab", name="Latent space").click()
        wait(
            page,
            """graph => {
                const box = graph.getBoundingClientRect()
                return ["canvas", ".main-svg"].every((part) => {
                    const { left, width } = graph.querySelector(part).getBoundingClientRect()
                    return Math.abs(left - box.left) < 1 && Math.abs(width - box.width) < 1
                })
            }""",
        )
        frames(page, 3)
        points = coloured(seen(page, GRAPH))
        assert points.sum() > 2000
        assert points[:, points.shape[1] // 2 :].sum() > 500  # on both sides
        assert points[:, : points.shape[1] // 2].sum() > 500
        assert page.evaluate("document.documentElement.scrollWidth") == width


LOSE = """graph => graph.querySelector("canvas").getContext("webgl")
    .getExtension("WEBGL_lose_context").loseContext()"""


def test_a_lost_webgl_context_is_replaced_and_the_cloud_looks_as_before(page, demo_data):
    open_map(page)
    page.get_by_role("button", name="Look along the 3rd number").click()
    page.get_by_label("Colour of the points").select_option("error")
    wait(page, "graph => graph.data[3].marker.color.length === graph.data[3].x.length")
    frames(page, 10)
    before, turned = seen(page, GRAPH), camera(page)
    page.eval_on_selector(f"{GRAPH} canvas", "canvas => { canvas.id = 'lost' }")
    page.eval_on_selector(GRAPH, LOSE)
    wait(page, "graph => graph?.querySelector('canvas:not(#lost)')")
    frames(page, 10)
    after = seen(page, GRAPH)
    assert (np.abs(before - after).max(axis=2) > 20).sum() < 20
    assert camera(page) == pytest.approx(turned, abs=1e-6)
    assert page.locator("#lost").count() == 0
    pick(page, 17, demo_data)  # it can be used as before


def test_a_webgl_context_that_is_lost_again_and_again_makes_way_for_the_flat_map(page):
    open_map(page)
    for count in range(4):
        wait(
            page,
            """(graph, count) => {
                const canvas = graph?.querySelector("canvas")
                return canvas && !canvas.getContext("webgl").isContextLost()
            }""",
            count,
        )
        page.eval_on_selector(GRAPH, LOSE)
        frames(page, 3)
    page.get_by_text("This browser has stopped drawing in 3-D").wait_for()
    page.locator("#latent-map .flat canvas").first.wait_for()


def test_a_browser_without_webgl_gets_the_flat_map(page):
    page.add_init_script(
        """const getContext = HTMLCanvasElement.prototype.getContext
        HTMLCanvasElement.prototype.getContext = function(kind, ...more) {
            return kind.includes("webgl") ? null : getContext.call(this, kind, ...more)
        }"""
    )
    page.reload()
    page.get_by_role("tab", name="Latent space").click()
    page.get_by_text("it has no WebGL").wait_for()
    first = page.locator("#latent-map .flat canvas").first
    assert not page.locator("#latent-scatter").is_visible()
    finished = first.evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("button", name="Play the training").click()
    page.get_by_text("After epoch").wait_for()
    assert first.evaluate("canvas => canvas.toDataURL()") != finished


def test_a_pick_made_while_the_digits_are_on_their_way_comes_when_they_are_there(page):
    held = []
    page.route("**/data/test_images.*", lambda route: held.append(route))
    page.reload()
    page.get_by_role("tab", name="Latent space").click()
    page.get_by_text("The digits are on their way").wait_for()
    wait(page, "graph => graph?.data?.[3]?.x?.length > 900")  # the cloud is there already
    happens(page, "plotly_click", 3, 0)
    held.pop().continue_()
    page.get_by_role("heading", name="You picked a 3").wait_for()


def test_what_could_not_be_fetched_is_tried_again_at_the_next_click(page):
    tried = []

    def refuse(route):
        tried.append(route.request.url)
        route.fulfill(status=503)

    page.route("**/data/test_images.*", refuse)
    page.reload()
    page.get_by_role("tab", name="Latent space").click()
    page.get_by_text("Not all of this map could be fetched.").wait_for()
    page.unroute("**/data/test_images.*")
    page.locator(PICK).get_by_role("button", name="Another").click()
    page.locator(f"{PICK} .title", has_text="You picked").wait_for()
    page.locator("#latent-map .trouble:empty").wait_for(state="attached")
    assert tried
    assert all("503" in error or "test_images" in error for error in page.errors)
    page.errors.clear()


def fulfil(body: bytes, route) -> None:
    route.fulfill(body=body)


@pytest.mark.parametrize("code", [[0, 0, 0], [np.nan, 1, np.inf]], ids=["equal", "not finite"])
def test_a_model_whose_codes_say_nothing_breaks_nothing(page, demo_data, code):
    """Here the data files say so; what the server makes of such a model has tests of its own."""
    for name, content in page_data(demo_data).items():
        if not name.startswith(("test_digits", "snapshots", "dense")):
            continue
        arrays = load(gzip.decompress(content))
        for key, array in arrays.items():
            if key == "dense_codes":
                arrays[key] = np.tile(np.float32(code), (len(array), 1))
            elif key in ("low", "high"):
                arrays[key] = np.float32(code) if np.isfinite(code).all() else np.zeros(3, "f4")
            elif key.startswith("encoder"):
                arrays[key] = np.full_like(array, code[0])
        page.route(f"**/data/{name}", partial(fulfil, gzip.compress(save(arrays))))
    page.reload()
    open_map(page)
    assert page.locator(f"{PICK} .nearest button").count() == 8
    assert "NaN" not in page.locator("#latent-map").inner_text()
    pick(page, 17, demo_data)
    page.get_by_label("Form of the map").select_option("flat")
    page.locator("#latent-map .flat canvas").first.wait_for()
    page.get_by_label("Form of the map").select_option("space")
    slider = page.get_by_label("Moment of the training")
    slider.focus()
    slider.press("Home")
    page.get_by_text("Before the training").wait_for()
    slider.press("End")
    page.get_by_text("The finished model").wait_for()


# ---- how it came to be ----


def test_the_training_is_played_and_can_be_stepped_through(page, demo_data):
    asked = []
    page.on("request", lambda r: asked.append(r) if "/snapshots." in r.url else None)
    open_map(page)
    before = camera(page)
    assert asked == []  # the snapshots come when they are asked for
    slider = page.get_by_label("Moment of the training")
    slider.focus()
    slider.press("Home")
    page.get_by_text("Before the training").wait_for()
    moment = page.locator("#latent-map .moment")
    assert f"Test error: {demo_data.snapshots['test_mse'][0]:.4f}" in moment.inner_text()
    points = "graph.data.slice(0, 10).reduce((n, trace) => n + trace.x.length, 0)"
    wait(page, f"graph => {points} === 2000")
    first = page.eval_on_selector(
        GRAPH, "({ data: { 7: t } }) => [t.x, t.y, t.z].map((a) => Array.from(a))"
    )
    own = demo_data.snapshots["codes"][0][demo_data.digits.labels[:2000] == 7]
    np.testing.assert_allclose(np.transpose(first), own, atol=2e-3)
    page.get_by_role("button", name="Play the training").click()
    page.wait_for_function(
        "value => document.querySelector('.player input').value > value", arg="3"
    )
    page.get_by_text("The finished model").wait_for(timeout=120_000)
    wait(page, f"graph => {points} === 10000")
    error = demo_data.dense.errors.mean()
    assert f"600 epochs, with all 10,000 digits. Test error: {error:.4f}" in moment.inner_text()
    assert camera(page) == pytest.approx(before, abs=1e-6)
    assert len(asked) == 1


def test_the_play_looks_as_the_moment_where_it_is_stopped(page):
    open_map(page)
    play = page.get_by_role("button", name="Play the training")
    play.click()
    page.get_by_text("After epoch").wait_for()
    page.evaluate(  # the player takes no further step; Plotly draws the last one to its end
        """() => {
            const later = requestAnimationFrame
            globalThis.requestAnimationFrame = (act) => (act.name === "step" ? 0 : later(act))
        }"""
    )
    frames(page, 10)
    playing = seen(page, GRAPH)
    assert play.inner_text().endswith("Stop")
    play.click()
    wait(page, "graph => graph.data[0].x.length < 1000")
    frames(page, 5)
    stopped = seen(page, GRAPH)
    assert coloured(stopped).sum() > 1000
    assert (np.abs(playing - stopped).max(axis=2) > 20).sum() < 20


def rebuilt_then(demo_data, n: int, image: np.ndarray) -> np.ndarray:
    """What the network made of an image (28, 28) at the nth snapshot of which there are weights."""
    model = DenseAutoencoder().eval()
    weights = {
        name: torch.from_numpy(numbers[n]).float()
        for name, numbers in demo_data.snapshot_weights.items()
        if name != "at"
    }
    model.load_state_dict(weights)
    with torch.inference_mode():
        return model(torch.tensor(image, dtype=torch.float32)[None, None])[0, 0].numpy()


REBUILT = "#latent-map .then canvas"


def test_the_digit_on_the_paper_is_rebuilt_by_the_network_as_it_was_then(page, demo_data):
    asked = []
    page.on("request", lambda r: asked.append(r) if "/snapshot_weights." in r.url else None)
    open_map(page)
    image = ink(page, "#latent-map .moments canvas")
    np.testing.assert_allclose(image, demo_data.digits.images[0, 0] / 255, atol=1e-6)
    np.testing.assert_allclose(  # the finished model is there already
        ink(page, REBUILT), ink(page, f"{PICK} canvas.dense"), atol=0.003
    )
    assert asked == []
    slider = page.get_by_label("Moment of the training")
    at, epochs = demo_data.snapshot_weights["at"].tolist(), demo_data.snapshots["epoch"]
    for n in (0, 2, 4, len(at) - 1):
        slider.fill(str(at[n]))
        epoch = f"{epochs[at[n]]:.{1 if 0 < epochs[at[n]] < 10 else 0}f}"
        page.locator(".then figcaption", has_text=f"rebuilt at epoch {epoch}").wait_for()
        expected = rebuilt_then(demo_data, n, image)
        np.testing.assert_allclose(ink(page, REBUILT), expected, atol=0.004)
    slider.fill("12")  # between 0 and 16, the nearest of which there are weights
    expected = rebuilt_then(demo_data, at.index(16), image)
    np.testing.assert_allclose(ink(page, REBUILT), expected, atol=0.004)
    assert len(asked) == 1

    before = pixels(page, "#latent-map .moments canvas")
    page.get_by_role("tab", name="Draw").click()
    press(page, "Clear the paper")
    draw(page, SEVEN)
    page.get_by_role("tab", name="Latent space").click()
    wait_for_change(page, "#latent-map .moments canvas", before)
    drawn = ink(page, "#latent-map .moments canvas")
    assert np.abs(drawn - image).max() > 0.5
    slider.fill("18")
    expected = rebuilt_then(demo_data, at.index(18), drawn)
    np.testing.assert_allclose(ink(page, REBUILT), expected, atol=0.006)


def test_weights_that_do_not_come_stop_no_play_and_are_tried_again(page, demo_data):
    held = []
    page.route("**/data/snapshot_weights.*", lambda route: held.append(route))
    open_map(page)
    slider = page.get_by_label("Moment of the training")
    slider.fill("0")
    page.get_by_text("Before the training").wait_for()
    page.get_by_text("weights: 0 % here").wait_for()
    assert not ink(page, REBUILT).any()  # nothing is shown that is not of then
    held.pop().fulfill(status=503)
    page.get_by_text("not here: play again").wait_for()
    page.unroute("**/data/snapshot_weights.*")
    slider.fill("16")
    page.locator(".then figcaption", has_text="rebuilt at epoch 0.8").wait_for()
    assert all("503" in error or "snapshot_weights" in error for error in page.errors)
    page.errors.clear()


# ---- the rest of the tab ----


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_all_without_scrolling_sideways(browser, server, theme):
    size = {"width": 390, "height": 844}
    with opened_page(browser, f"{server}?__theme={theme}", viewport=size) as page:
        open_map(page)
        frames(page, 3)
        assert coloured(seen(page, GRAPH)).sum() > 2000
        assert page.evaluate("document.documentElement.scrollWidth") == 390
