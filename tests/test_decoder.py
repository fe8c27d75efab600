"""The Decode tab's decoder in a real browser: what it shows is what latent.py and PyTorch give."""

import base64

import numpy as np
import pytest
import torch
from page_actions import (
    ONE,
    SEVEN,
    draw,
    opened_page,
    pixels,
    prepared_digit,
    press,
    settle,
    wait_for_change,
    wait_for_what_is_fetched_ahead,
)

from autoencoder.plane import decode_plane, density, plane_codes, plane_through

DECODED = "#decoder .decoded canvas"
NEAREST = "#decoder .near canvas"
PLANE = "#decoder .plane"
MINUS = "\N{MINUS SIGN}"

# Whether a canvas shows an image, to one of 255 grey values.
SHOWS = """
([selector, expected]) => {
    const canvas = document.querySelector(selector)
    if (!canvas) return false
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    const ink = atob(expected)
    return [...ink].every((letter, i) => Math.abs(letter.charCodeAt(0) - data[4 * i + 3]) <= 1)
}
"""


def open_decoder(page) -> None:
    """Opens the tab, and waits until all of it is there."""
    page.get_by_role("tab", name="Decode").click()
    page.locator("#decoder .words", has_text="Among the 7s.").wait_for()
    page.wait_for_function(f"() => {is_painted(NEAREST)} && {is_painted('#walk .dense')}")
    page.locator("#principal-directions .result", has_text="All directions are kept").wait_for()


def is_painted(canvas: str) -> str:
    return f"""document.querySelector("{canvas}").getContext("2d")
        .getImageData(0, 0, 28, 28).data.some(value => value)"""


def shows(page, canvas: str, image: np.ndarray) -> None:
    """Waits until the canvas shows the image, in [0, 1]."""
    ink = base64.b64encode(np.round(255 * image).astype(np.uint8).tobytes()).decode()
    page.wait_for_function(SHOWS, arg=[canvas, ink])


def code_of(page) -> list[float]:
    texts = page.locator("#decoder .sliders output").all_text_contents()
    return [float(text.replace(MINUS, "-")) for text in texts]


def shown_part(page) -> list[tuple[float, float]]:
    """What the numbers at the plane's edges say of its width and its height."""
    return page.evaluate(
        """() => [[".below", "left"], [".beside", "top"]].map(([edge, side]) => {
            const ticks = [...document.querySelectorAll(`#decoder ${edge} span`)]
            const value = tick => Number(tick.textContent.replace("\u2212", "-"))
            const place = tick => {
                const share = parseFloat(tick.style[side]) / 100
                return side === "left" ? share : 1 - share
            }
            const [first, last] = [ticks[0], ticks[ticks.length - 1]]
            const unit = (value(last) - value(first)) / (place(last) - place(first))
            const low = value(first) - place(first) * unit
            return [low, low + unit]
        })"""
    )


def shows_all(page, demo_data, parts) -> None:
    """The plane of the first test digit has these parts of the first two numbers, all decoded."""
    first = plane_through(demo_data.latent, demo_data.latent.codes[0], (0, 1))
    low, high = np.array(parts).T
    shows_plane(page, demo_data, first._replace(low=np.append(low, 0), high=np.append(high, 0)))


def shows_plane(page, demo_data, plane) -> None:
    shows(page, PLANE, decode_plane(demo_data.dense.model, plane_codes(plane)))


def decode(demo_data, code) -> np.ndarray:
    with torch.inference_mode():
        code = torch.tensor(np.array(code), dtype=torch.float32)
        return demo_data.dense.model.decode(code[None])[0, 0].numpy()


def in_page(page, module: str, script: str, arg: object):
    """Calls a function of a module of the page, `m`, and of `arg`."""
    return page.evaluate(
        f"""async (arg) => {{
            const m = await import(new URL("web/model/{module}.js", document.baseURI))
            return ({script})(m, arg)
        }}""",
        arg,
    )


# ---- what it computes ----


def test_places_are_found_and_told_as_in_python(page, demo_data):
    latent = demo_data.latent
    random = np.random.default_rng(0)
    points = np.concatenate(
        [
            random.uniform(latent.low - 3, latent.high + 3, (300, 3)),
            random.uniform(latent.core_low, latent.core_high, (300, 3)),
            latent.codes[:100],
            [[1e6, 0, 0]],
        ]
    )
    found = in_page(
        page,
        "neighbours",
        """({ nearest, whereabouts }, { codes, labels, usualGap, points }) => {
            const latent = { codes: Float32Array.from(codes.flat()), labels, usualGap }
            return points.map(point => {
                const neighbours = nearest(latent, point)
                return [neighbours, whereabouts(neighbours, usualGap)]
            })
        }""",
        {
            "codes": latent.codes.tolist(),
            "labels": latent.labels.tolist(),
            "usualGap": latent.usual_gap,
            "points": points.tolist(),
        },
    )
    kinds = set()
    for point, (neighbours, words) in zip(points, found, strict=True):
        expected, distances = latent.nearest(point)
        assert [one["index"] for one in neighbours] == expected.tolist()
        np.testing.assert_allclose([one["distance"] for one in neighbours], distances, rtol=1e-9)
        assert words == latent.whereabouts(point).words
        kinds.add(words.split()[0])
    assert kinds == {"among", "between", "where", "outside", "far"}


@pytest.mark.parametrize("axes", [(0, 1), (2, 0), (1, 2)])
def test_the_plane_and_its_density_are_those_of_python(page, demo_data, axes):
    latent = demo_data.latent
    ats = [latent.middles[3], *latent.codes[:20], 3 * latent.high]
    found = in_page(
        page,
        "plane",
        """({ planeThrough, planeCodes, density }, { codes, ats, axes, core, middles }) =>
            ats.map((at) => {
                const plane = planeThrough(at, axes, core, middles)
                const shade = density(Float32Array.from(codes.flat()), plane)
                return [plane.slopes, planeCodes(plane, 15), [...shade]]
            })""",
        {
            "codes": latent.codes.tolist(),
            "ats": [at.tolist() for at in ats],
            "axes": axes,
            "core": {"low": latent.core_low.tolist(), "high": latent.core_high.tolist()},
            "middles": latent.middles.tolist(),
        },
    )
    for at, (slopes, codes, shade) in zip(ats, found, strict=True):
        expected = plane_through(latent, at, axes)
        np.testing.assert_allclose(slopes, expected.slopes, rtol=1e-9)
        np.testing.assert_allclose(np.reshape(codes, (15, 15, 3)), plane_codes(expected), atol=1e-9)
        shown = density(latent.codes, expected)
        np.testing.assert_allclose(np.reshape(shade, shown.shape), shown, atol=1e-9)
    assert density(latent.codes, plane_through(latent, ats[0], axes)).max() > 0.5


# ---- what it shows ----


def test_all_is_shown_of_the_first_test_digit(page, demo_data):
    open_decoder(page)
    latent, code = demo_data.latent, demo_data.latent.codes[0]
    shows(page, DECODED, decode(demo_data, code))
    shows(page, NEAREST, demo_data.digits.images[0, 0].numpy() / 255)
    plane = plane_through(latent, code, (0, 1))
    shows_plane(page, demo_data, plane)
    shows(page, "#decoder .density", 0.65 * density(latent.codes, plane))
    assert page.locator("#decoder .label").inner_text() == "a 7"
    assert page.locator("#decoder .distance").inner_text() == "0.00"
    assert page.locator("#decoder .gap").inner_text() == f"{latent.usual_gap:.2f}"


def test_sliders_and_start_points_decode(page, demo_data):
    open_decoder(page)
    first = pixels(page, DECODED)
    slider = page.get_by_label("The code's second number")
    slider.focus()
    for _ in range(15):
        slider.press("ArrowLeft")
    wait_for_change(page, DECODED, first)
    for name, words in (("The middle of the 1s", "Among the 1s."), ("The middle of the 0s", "0s")):
        page.get_by_role("button", name=name).click()
        page.locator("#decoder .words", has_text=words).wait_for()
    middle = demo_data.latent.middles[0]
    assert code_of(page) == pytest.approx(middle.tolist(), abs=0.06)
    shows(page, DECODED, decode(demo_data, middle))
    for name in ("A random test digit", "A random point", "The middle of everything"):
        before = pixels(page, DECODED)
        page.get_by_role("button", name=name).click()
        wait_for_change(page, DECODED, before)
    page.locator("#decoder").get_by_role("button", name="On the paper").click()
    page.locator("#decoder .words", has_text="7").wait_for()
    drawn = demo_data.dense.codes[0].tolist()  # the example, not yet drawn over
    assert code_of(page) == pytest.approx(drawn, abs=0.2)


def test_the_pad_is_dragged_and_shows_beforehand_what_is_there(page, demo_data):
    open_decoder(page)
    box = page.locator("#decoder .pad").bounding_box()
    before = code_of(page)
    old = pixels(page, DECODED)
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.wait_for_selector("#decoder .tip:not([hidden])")
    assert page.locator("#decoder .tip .about").inner_text()
    assert code_of(page) == before
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 300, steps=10)
    page.mouse.up()
    wait_for_change(page, DECODED, old)
    after = code_of(page)
    assert after[0] != before[0]
    assert after[1] != before[1]
    first = plane_through(demo_data.latent, demo_data.latent.codes[0], (0, 1))
    assert after[2] == pytest.approx(first.third(np.array(after)), abs=0.2)  # on the plane

    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.wait_for_selector("#decoder .tip:not([hidden])")
    seen = pixels(page, "#decoder .tip canvas")
    page.mouse.down()  # a click goes to what was seen there
    page.mouse.up()
    page.wait_for_function(
        "([canvas, seen]) => document.querySelector(canvas).toDataURL() === seen",
        arg=[DECODED, seen],
    )
    page.mouse.move(box["x"] - 50, box["y"])
    page.wait_for_selector("#decoder .tip", state="hidden")


def test_the_whole_plane_follows_the_third_number_and_the_axes(page, demo_data):
    open_decoder(page)
    latent = demo_data.latent
    slider = page.get_by_label("The code's third number")
    slider.focus()
    for _ in range(30):
        slider.press("ArrowRight")
    code = latent.codes[0].copy()
    code[2] = float(slider.input_value())
    first = plane_through(latent, latent.codes[0], (0, 1))
    shows_plane(page, demo_data, first._replace(at=code))  # it leans as before

    page.get_by_label("The number that grows upwards").select_option("0")  # they change places
    assert page.get_by_label("The number that grows to the right").input_value() == "1"
    shows_plane(page, demo_data, plane_through(latent, code, (1, 0)))

    pad = page.locator("#decoder .pad")
    pad.focus()
    before = code_of(page)
    for _ in range(5):
        pad.press("ArrowRight")
    page.wait_for_function(
        """old => document.querySelectorAll("#decoder .sliders output")[1].textContent !== old""",
        arg=f"{before[1]:.1f}",
    )
    assert code_of(page)[1] > before[1]
    assert code_of(page)[0] == before[0]


def test_the_plane_opens_where_most_digits_are_whatever_is_on_the_paper(page, demo_data, server):
    latent = demo_data.latent
    for index in (1, 3, 18):  # a 2, a 0, and a 3 that lies far out
        page.goto(f"{server}#digit={index}&tab=decode")
        shows_plane(page, demo_data, plane_through(latent, latent.codes[index], (0, 1)))


def test_the_plane_is_zoomed_and_moved_by_the_wheel_without_end(page, demo_data):
    open_decoder(page)
    pad = page.locator("#decoder .pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    first, scrolled = shown_part(page), page.evaluate("scrollY")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    nearer = [
        ((low + high) / 2 - size / 2, (low + high) / 2 + size / 2)
        for low, high in first
        for size in [np.exp(-0.25) * (high - low)]
    ]
    np.testing.assert_allclose(shown_part(page), nearer, atol=0.05)  # a pixel
    nearer = shown_part(page)
    shows_all(page, demo_data, nearer)
    assert page.evaluate("scrollY") == scrolled

    pad.focus()
    page.mouse.wheel(0, 2.5 * box["height"])  # far below: nothing of what was seen is left
    (left, right), (bottom, top) = nearer
    size = top - bottom
    moved = [(left, right), (bottom - 2.5 * size, top - 2.5 * size)]
    page.wait_for_function("document.querySelector('#decoder .here').offsetTop < 0")
    np.testing.assert_allclose(shown_part(page), moved, atol=1e-3)
    shows_all(page, demo_data, moved)
    page.get_by_role("button", name="Where digits are").click()
    np.testing.assert_allclose(shown_part(page), first, atol=1e-4)


def test_the_page_scrolls_past_the_plane(page):
    open_decoder(page)
    part, scrolled = shown_part(page), page.evaluate("scrollY")
    box = page.locator("#decoder .pad").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.wheel(0, 300)
    page.wait_for_function("scrolled => scrollY > scrolled", arg=scrolled)
    assert shown_part(page) == part


def test_the_plane_is_zoomed_and_moved_by_keys(page):
    open_decoder(page)
    pad = page.locator("#decoder .pad")
    first, code = shown_part(page), code_of(page)
    pad.press("+")
    ((left, right), _), ((old_left, old_right), _) = shown_part(page), first
    assert right - left == pytest.approx((old_right - old_left) / 1.25, rel=1e-3)
    pad.press("Shift+ArrowLeft")
    assert shown_part(page)[0][0] == pytest.approx(left - 0.2 * (right - left), rel=1e-3)
    assert code_of(page) == code
    pad.press("Home")
    np.testing.assert_allclose(shown_part(page), first, atol=1e-4)
    for _ in range(30):  # beyond the edge, which moves with the point
        pad.press("ArrowRight")
    assert code_of(page)[0] > old_right
    assert shown_part(page)[0][1] > code_of(page)[0]
    for name, factor in (("Farther", 2), ("Nearer", 0.5)):
        (left, right), _ = shown_part(page)
        page.locator("#decoder").get_by_role("button", name=name).click()
        (now_left, now_right), _ = shown_part(page)
        assert now_right - now_left == pytest.approx(factor * (right - left), rel=1e-3)


def test_two_fingers_zoom_and_the_point_stays(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector("#sketchpad canvas")
    open_decoder(page)
    pad = page.locator("#decoder .pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    code, ((left, right), (bottom, top)) = code_of(page), shown_part(page)
    session = context.new_cdp_session(page)
    middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    for kind, apart in (("Start", 40), ("Move", 60), ("Move", 80), ("End", 0)):
        points = [{"x": middle["x"] + side * apart / 2, "y": middle["y"]} for side in (-1, 1)]
        session.send(
            "Input.dispatchTouchEvent",
            {"type": f"touch{kind}", "touchPoints": points if apart else []},
        )
    (now_left, now_right), (now_bottom, now_top) = shown_part(page)
    assert now_right - now_left == pytest.approx((right - left) / 2, rel=0.01)
    assert now_top - now_bottom == pytest.approx((top - bottom) / 2, rel=0.01)
    assert (now_right + now_left) / 2 == pytest.approx((right + left) / 2, abs=0.1)
    assert code_of(page) == code
    context.close()


def test_a_finger_drags_the_pad(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector("#sketchpad canvas")
    open_decoder(page)
    pad = page.locator("#decoder .pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    before, scrolled = code_of(page), page.evaluate("scrollY")
    decoded = page.locator(DECODED).bounding_box()  # stays in sight
    assert decoded["y"] >= 0
    assert decoded["y"] + decoded["height"] <= box["y"]
    session = context.new_cdp_session(page)
    for kind, share in (("Start", 0.2), ("Move", 0.5), ("Move", 0.8), ("End", None)):
        place = {"x": box["x"] + 200, "y": box["y"] + (share or 0) * box["height"]}
        points = [place] if share else []
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    page.wait_for_function(
        """old => document.querySelectorAll("#decoder .sliders output")[1].textContent !== old""",
        arg=f"{before[1]:.1f}",
    )
    assert page.evaluate("scrollY") == scrolled > 0
    page.wait_for_function(  # the point is where the finger was last
        """([x, y]) => {
            const point = document.querySelector("#decoder .here").getBoundingClientRect()
            return Math.hypot(point.x + point.width / 2 - x, point.y + point.height / 2 - y) < 2
        }""",
        arg=[box["x"] + 200, box["y"] + 0.8 * box["height"]],
    )
    assert page.locator("#decoder .tip").is_hidden()
    context.close()


def test_a_code_is_carried_here(page, demo_data):
    code = demo_data.latent.codes[5].tolist()
    page.evaluate(
        """async code => {
            const page = path => import(new URL(path, document.baseURI))
            const { codeToDecode } = await page("web/shared/state.js")
            codeToDecode.set(code)
        }""",
        code,
    )
    page.get_by_role("tab", name="Decode").click()
    page.locator("#decoder .words").wait_for()
    shows(page, DECODED, decode(demo_data, code))
    assert code_of(page) == pytest.approx(code, abs=0.06)


def test_it_starts_at_ones_own_drawing(page, demo_data):
    press(page, "Clear the paper")
    draw(page, ONE)
    settle(page)
    with torch.inference_mode():
        image = torch.from_numpy(prepared_digit(page))[None, None]
        drawn = demo_data.dense.model.encode(image)[0].tolist()
    page.get_by_role("tab", name="Decode").click()
    page.locator("#decoder .words", has_text="1").wait_for()
    assert code_of(page) == pytest.approx(drawn, abs=0.06)

    page.get_by_role("button", name="The middle of the 0s").click()
    page.locator("#decoder .words", has_text="0s").wait_for()
    page.get_by_role("tab", name="Draw").click()
    page.get_by_role("tab", name="Decode").click()
    page.locator("#decoder .words", has_text="0s").wait_for()  # nothing new was drawn

    page.get_by_role("tab", name="Draw").click()
    press(page, "Clear the paper")
    draw(page, SEVEN)
    page.get_by_role("tab", name="Decode").click()
    page.locator("#decoder .words", has_text="7").wait_for()


# ---- the network ----


def test_decoding_hovering_and_walking_need_no_request(page):
    open_decoder(page)
    wait_for_what_is_fetched_ahead(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    box = page.locator("#decoder .pad").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60, steps=5)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 300, steps=10)
    page.mouse.up()
    for name in ("A random test digit", "The middle of the 4s", "A random point"):
        page.get_by_role("button", name=name).click()
    page.get_by_label("The code's third number").press("Home")
    strip = pixels(page, "#walk .conv")
    page.get_by_label("Digit at the end").select_option("3")
    wait_for_change(page, "#walk .conv", strip)
    page.locator("#walk .strip").first.hover()
    steered = pixels(page, "#principal-directions .steered")
    page.get_by_label("How many directions are kept").press("Home")
    wait_for_change(page, "#principal-directions .steered", steered)
    assert [url for url in asked if not url.startswith("data:")] == []


def test_what_is_done_while_files_are_on_their_way_is_answered(page):
    held = []
    page.route("**/data/*.gz", lambda route: held.append(route))
    page.reload()
    page.get_by_role("tab", name="Decode").click()
    page.get_by_text("The model is on its way").wait_for()
    page.get_by_role("button", name="A random test digit").click()
    page.get_by_role("button", name="The middle of the 1s").click()
    page.get_by_label("Digit at the start").select_option("2")
    for route in held:
        route.continue_()
    page.locator("#decoder .words", has_text="Among the 1s.").wait_for()
    page.wait_for_function(f"() => {is_painted(DECODED)}")
    page.locator("#walk .end b", has_text="test digit 1").wait_for()  # the first 2


def test_files_that_fail_are_asked_for_again(page):
    page.route("**/data/*.gz", lambda route: route.abort())
    page.reload()
    page.get_by_role("tab", name="Decode").click()
    trouble = page.locator("#decoder .trouble")
    page.wait_for_function("() => document.querySelector('#decoder .trouble').textContent")
    assert "Are you online?" in trouble.inner_text()
    page.unroute("**/data/*.gz")
    page.get_by_role("button", name="The middle of the 1s").click()
    page.locator("#decoder .words", has_text="Among the 1s.").wait_for()
    page.wait_for_function(f"() => {is_painted(NEAREST)}")
    assert trouble.text_content() == ""
    page.get_by_label("Digit at the start").select_option("2")
    page.wait_for_function(f"() => {is_painted('#walk .dense')}")
    page.locator("#principal-directions select").select_option("any")
    page.wait_for_function(f"() => {is_painted('#principal-directions .steered')}")
    # those of the files, of which some come late
    page.errors[:] = [error for error in page.errors if "Failed to " not in error]


def test_an_exception_is_told_as_one_and_stops_nothing(page):
    open_decoder(page)
    page.evaluate(
        """() => {
            const { putImageData } = CanvasRenderingContext2D.prototype
            CanvasRenderingContext2D.prototype.putImageData = () => {
                CanvasRenderingContext2D.prototype.putImageData = putImageData
                throw new Error("no paint")
            }
        }"""
    )
    old = pixels(page, DECODED)
    page.get_by_role("button", name="The middle of the 1s").click()
    page.get_by_role("button", name="The middle of the 0s").click()
    wait_for_change(page, DECODED, old)
    page.locator("#decoder .words", has_text="0s").wait_for()
    assert page.errors == ["no paint"]
    page.errors.clear()
    assert page.locator("#decoder .trouble").text_content() == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_all_of_the_tab_without_scrolling_sideways(browser, server, theme):
    size = {"width": 390, "height": 844}
    with opened_page(browser, f"{server}?__theme={theme}", viewport=size) as page:
        open_decoder(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
