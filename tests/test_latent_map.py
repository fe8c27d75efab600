"""The Latent space tab in a real browser: whatever is done there, the page answers by itself."""

import numpy as np
import pytest
import torch
from map_actions import (
    GRAPH,
    PICK,
    assert_apart,
    camera,
    find_point,
    frames,
    names_of,
    numbers,
    open_map,
    pick,
    rests,
    seen_by_plotly,
    title,
    wait,
)
from page_actions import ink, opened_page, pixels, wait_for_what_is_fetched_ahead

from autoencoder.data import to_unit
from autoencoder.figures import DIGIT_COLOURS

AT_THE_START = {
    "Form of the map": "space",
    "Colour of the points": "digit",
    "Which digits are shown": "all",
}
DIGITS_SHOWN = "graph.data.slice(0, 10).map((trace) => trace.visible === true)"


@pytest.fixture(scope="module")
def opened(browser, server):
    """The page with the map open, for all tests here: Plotly takes seconds to open."""
    with opened_page(browser, server) as page:
        open_map(page)
        yield page


@pytest.fixture
def page(opened):
    """The map, with all that can be chosen on it as at the start."""
    opened.set_viewport_size({"width": 1280, "height": 900})
    opened.mouse.move(0, 0)
    opened.evaluate("scrollTo(0, 0)")
    for label, value in AT_THE_START.items():
        control = opened.get_by_label(label)
        if control.input_value() != value:
            control.select_option(value)
    opened.get_by_role("button", name="Back to the start").click()
    if "On the paper" not in title(opened):
        opened.locator(PICK).get_by_role("button", name="On the paper").click()
        opened.get_by_role("heading", name="On the paper").wait_for()
    frames(opened, 20)  # Plotly takes no drag that begins while it draws anew
    yield opened
    errors = opened.errors[:]
    opened.errors.clear()
    assert errors == []


# ---- picking and hovering ----


def test_resting_on_a_point_shows_its_digit_and_a_click_picks_it(page):
    old = title(page)
    find_point(page)
    assert " at " in page.locator("#latent-map .tip .about").inner_text()
    assert ink(page, "#latent-map .tip canvas").any()
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function(
        "([place, old]) => document.querySelector(place).innerText !== old",
        arg=[f"{PICK} .title", old],
    )
    assert pixels(page, "#latent-map .tip canvas") == pixels(page, f"{PICK} .original")


def test_turning_the_cloud_by_hand_picks_nothing(page):
    find_point(page)
    old, turned_from = title(page), camera(page)
    box = page.locator(GRAPH).bounding_box()
    page.mouse.down()
    frames(page, 10)  # Plotly calls this a click
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"], steps=8)
    frames(page, 10)
    page.mouse.up()
    wait(
        page,
        "(graph, x) => graph._fullLayout.scene._scene.getCamera().eye.x !== x",
        turned_from["x"],
    )
    frames(page, 10)
    assert title(page) == old


def test_the_panel_tells_all_of_what_is_picked(page, demo_data):
    assert "On the paper" in title(page)  # until something is picked
    assert page.locator(f"{PICK} .nearest button").count() == 8
    index = (demo_data.digits.labels == 4).nonzero()[3].item()
    pick(page, index, demo_data)
    assert "You picked a 4" in title(page)
    code = numbers(page.locator(f"{PICK} .code").inner_text())
    assert code == pytest.approx(demo_data.dense.codes[index].tolist(), abs=0.006)
    expected = demo_data.latent.neighbours[index].tolist()
    buttons = page.locator(f"{PICK} .nearest button")
    assert [int(b.get_attribute("data-pick")) for b in buttons.all()] == expected
    same = sum(demo_data.digits.labels[i].item() == 4 for i in expected)
    assert f"{same} of 8 ({100 * same / 8:.0f} %) are 4s too" in page.locator(".same").inner_text()
    image = to_unit(demo_data.digits.images[index : index + 1])
    np.testing.assert_allclose(ink(page, f"{PICK} .original"), image[0, 0], atol=1e-6)
    for name in ("dense", "conv"):
        error = float(page.locator(f"{PICK} .{name}-mse").inner_text())
        assert error == pytest.approx(getattr(demo_data, name).errors[index].item(), abs=6e-4)
        with torch.inference_mode():
            rebuilt = getattr(demo_data.reconstruct, name)(image)[0, 0]
        np.testing.assert_allclose(ink(page, f"{PICK} canvas.{name}"), rebuilt, atol=0.003)
    buttons.first.click()  # and so on from neighbour to neighbour
    page.get_by_text(f"test digit {expected[0]}", exact=True).wait_for()


def test_neighbours_and_words_for_a_place_are_those_of_python(page, demo_data):
    latent = demo_data.latent
    rng = np.random.default_rng(0)
    digits = rng.choice(10_000, 300, replace=False).tolist()
    reach = latent.high - latent.low
    places = rng.uniform(latent.low - reach / 2, latent.high + reach / 2, (300, 3))
    places = np.float32(np.concatenate([places, rng.normal(latent.middle, reach / 8, (200, 3))]))
    found = page.evaluate(
        """async ({ digits, places, usualGap }) => {
            const page = (path) => import(new URL(`web/${path}`, document.baseURI))
            const { nearest, whereabouts } = await page("model/neighbours.js")
            const { codes, labels } = await (await page("shared/test_digits.js")).loadTestDigits()
            const latent = { codes, labels, usualGap }
            return {
                digits: digits.map((i) => nearest(latent, codes.slice(3 * i, 3 * i + 3), i)),
                places: places.map((code) => {
                    const near = nearest(latent, code)
                    return { near, words: whereabouts(near, usualGap) }
                }),
            }
        }""",
        {"digits": digits, "places": places.tolist(), "usualGap": latent.usual_gap},
    )
    for index, near in zip(digits, found["digits"], strict=True):
        indices, distances = latent.nearest(demo_data.dense.codes[index].numpy(), but=index)
        assert [n["index"] for n in near] == indices.tolist()
        assert [n["distance"] for n in near] == pytest.approx(distances.tolist(), rel=1e-6)
        assert [n["label"] for n in near] == demo_data.digits.labels[indices].tolist()
    for place, answer in zip(places, found["places"], strict=True):
        assert [n["index"] for n in answer["near"]] == latent.nearest(place)[0].tolist()
        assert answer["words"] == latent.whereabouts(place).words


def test_the_panel_is_used_with_the_keyboard(page):
    chooser = page.locator(PICK).get_by_label("Which test digit")
    chooser.focus()
    chooser.select_option("6")
    page.get_by_role("heading", name="You picked a 6").wait_for()
    neighbour = page.locator(f"{PICK} .nearest button").nth(2)
    index = neighbour.get_attribute("data-pick")
    neighbour.focus()
    neighbour.press("Enter")
    page.get_by_text(f"test digit {index}", exact=True).wait_for()
    button = page.locator(PICK).get_by_role("button", name="On the paper")
    button.focus()
    button.press("Space")
    page.get_by_role("heading", name="On the paper").wait_for()


def test_hovering_and_picking_ask_for_nothing(page, demo_data):
    wait_for_what_is_fetched_ahead(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    find_point(page)
    for index in (17, 171, 1717):
        pick(page, index, demo_data)
    page.get_by_label("Form of the map").select_option("flat")
    page.get_by_label("Colour of the points").select_option("error")
    assert [url for url in asked if not url.startswith("data:")] == []


# ---- how the cloud is shown ----


def test_all_digits_are_at_their_codes(page, demo_data):
    for digit in range(10):
        points = page.eval_on_selector(
            GRAPH, f"({{ data: {{ {digit}: t }} }}) => [t.x, t.y, t.z].map((a) => Array.from(a))"
        )
        own = demo_data.dense.codes[demo_data.digits.labels == digit]
        np.testing.assert_array_equal(np.float32(points).T, own)


def test_colours_and_a_digit_alone(page, demo_data):
    page.get_by_label("Colour of the points").select_option("error")
    wait(page, "graph => graph.data[3].marker.color.length === graph.data[3].x.length")
    assert page.locator("#latent-map .scale").is_visible()
    errors = demo_data.dense.errors[demo_data.digits.labels == 3].numpy()
    colours = page.eval_on_selector(GRAPH, "graph => [...graph.data[3].marker.color]")
    worst = np.quantile(demo_data.dense.errors, 0.99)  # all that are worse have one colour
    np.testing.assert_allclose(colours, 255 * np.minimum(errors / worst, 1), atol=0.6)
    page.get_by_label("Colour of the points").select_option("digit")
    wait(page, "(graph, own) => graph.data[3].marker.color === own", DIGIT_COLOURS[3])
    only = page.get_by_label("Which digits are shown")
    only.select_option("5")
    wait(page, f"graph => {DIGITS_SHOWN}.every((shown, digit) => shown === (digit === 5))")
    only.select_option("all")
    wait(page, f"graph => {DIGITS_SHOWN}.every((shown) => shown)")
    pair = demo_data.latent.most_alike()
    alike = sorted((pair.digit, pair.confused_with))
    only.select_option(",".join(map(str, alike)))
    wait(
        page,
        f"(graph, alike) => {DIGITS_SHOWN}.every((shown, d) => shown === alike.includes(d))",
        alike,
    )


def test_a_digit_s_button_hides_and_isolates_it_and_the_list_follows(page):
    only = page.get_by_label("Which digits are shown")
    buttons = page.get_by_role("group", name="Digits shown").get_by_role("button")
    buttons.nth(5).dblclick()
    wait(page, f"graph => {DIGITS_SHOWN}.every((shown, digit) => shown === (digit === 5))")
    assert only.input_value() == "5"
    buttons.nth(5).dblclick()
    wait(page, f"graph => {DIGITS_SHOWN}.every((shown) => shown)")
    buttons.nth(3).click()
    wait(page, f"graph => {DIGITS_SHOWN}.every((shown, digit) => shown === (digit !== 3))")
    assert only.input_value() == "some"
    only.select_option("all")
    wait(page, f"graph => {DIGITS_SHOWN}.every((shown) => shown)")


def test_the_cloud_turns_until_it_is_touched_and_back_is_back(page):
    start = camera(page)
    page.get_by_role("button", name="Turn").click()
    moved = "(graph, x) => Math.abs(graph._fullLayout.scene._scene.getCamera().eye.x - x) > 1e-3"
    wait(page, moved, start["x"])
    page.dispatch_event(GRAPH, "pointerdown")
    page.wait_for_selector("[data-do=turn][aria-pressed=false]")
    frames(page, 5)
    stopped = camera(page)
    frames(page, 20)
    assert camera(page) == stopped
    page.get_by_role("button", name="Back to the start").click()
    wait(
        page,
        "(graph, x) => Math.abs(graph._fullLayout.scene._scene.getCamera().eye.x - x) < 1e-6",
        start["x"],
    )


def test_the_turn_goes_on_from_where_the_hand_has_left_the_cloud(page):
    box = page.locator(GRAPH).bounding_box()
    start = camera(page)
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.25 * box["height"], steps=8)
    frames(page, 10)
    page.mouse.up()
    wait(
        page,
        "(graph, z) => Math.abs(graph._fullLayout.scene._scene.getCamera().eye.z - z) > 0.05",
        start["z"],
    )
    left = camera(page)
    page.get_by_role("button", name="Turn").click()
    wait(page, "(graph, x) => graph._fullLayout.scene._scene.getCamera().eye.x !== x", left["x"])
    page.get_by_role("button", name="Turn").click()
    assert camera(page)["x"] == pytest.approx(left["x"], abs=0.5)
    assert camera(page)["z"] == pytest.approx(left["z"], abs=1e-6)


# ---- what is written at the cloud ----


def test_each_cloud_has_its_name_at_its_middle_and_no_two_names_meet(page, demo_data):
    middles = demo_data.latent.middles
    for view in ("1st", "2nd", "3rd", None):
        name = f"Look along the {view} number" if view else "Back to the start"
        page.get_by_role("button", name=name).click()
        frames(page, 10)
        names = names_of(page, "#latent-scatter .names")
        assert sorted(names) == [str(digit) for digit in range(10)]
        assert_apart(names)
        seen = seen_by_plotly(page, middles)[:, :2]
        for digit in range(10):
            assert np.linalg.norm(seen[digit] - names[str(digit)]) < 60
    for digit in (1, 2):  # which are alone
        page.get_by_label("Which digits are shown").select_option(str(digit))
        page.wait_for_function(
            "document.querySelector('#latent-scatter .names').childElementCount === 1"
        )
        place = names_of(page, "#latent-scatter .names")[str(digit)]
        np.testing.assert_allclose(place, seen_by_plotly(page, middles)[digit, :2], atol=1)
    page.get_by_label("Which digits are shown").select_option("all")
    page.get_by_label("Form of the map").select_option("flat")
    for n, axes in enumerate([(0, 2), (1, 2), (0, 1)]):
        names = names_of(page, f"#latent-map .flat figure:nth-child({n + 1}) .names")
        assert sorted(names) == [str(digit) for digit in range(10)]
        assert_apart(names)
        places = np.array([names[str(digit)] for digit in range(10)])
        right, up = np.corrcoef(places.T, middles[:, axes].T)[:2, 2:].diagonal()
        assert right > 0.8
        assert up < -0.8


def test_names_follow_the_hand_that_turns_the_cloud(page, demo_data):
    page.get_by_label("Which digits are shown").select_option("2")
    box = page.locator(GRAPH).bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.8 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.7 * box["height"], steps=8)
    rests(page)
    place = names_of(page, "#latent-scatter .names")["2"]
    seen = seen_by_plotly(page, demo_data.latent.middles)[2, :2]
    page.mouse.up()
    np.testing.assert_allclose(place, seen, atol=3)


@pytest.mark.parametrize("size", [(320, 640), (390, 844), (820, 1180), (1280, 900)])
def test_the_axes_have_whole_titles_from_all_sides(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for view in ("Look along the 1st number", "Look along the 2nd number", "Back to the start"):
        page.get_by_role("button", name=view).click()
        frames(page, 5)
        box = page.locator(GRAPH).bounding_box()
        titles = page.locator("#latent-scatter .titles span")
        assert titles.all_inner_texts() == ["1st number", "2nd number", "3rd number"]
        for each in titles.all():
            place = each.bounding_box()
            assert place["x"] >= box["x"]
            assert place["y"] >= box["y"]
            assert place["x"] + place["width"] <= box["x"] + box["width"]
            assert place["y"] + place["height"] <= box["y"] + box["height"]


def test_a_title_is_at_the_edge_at_which_plotly_has_the_axis_numbers(page):
    rng = np.random.default_rng(0)
    eyes = rng.normal(size=(30, 3))
    eyes *= 2.2 / np.linalg.norm(eyes, axis=1, keepdims=True)
    found = page.evaluate(
        """async ([graph, eyes]) => {
            const modules = new URL("web/components/latent_map/", document.baseURI)
            const { numberedEdges } = await import(new URL("axis_titles.js", modules))
            const { projection } = await import(new URL("projection.js", modules))
            graph = document.querySelector(graph)
            const { scene } = graph.layout
            const ranges = [scene.xaxis.range, scene.yaxis.range, scene.zaxis.range]
            const edges = []
            const frame = () => new Promise(requestAnimationFrame)
            for (const [x, y, z] of eyes) {
                const camera = { ...scene.camera, center: { x: 0, y: 0, z: 0 }, eye: { x, y, z } }
                await Plotly.relayout(graph, { "scene.camera": camera })
                const size = { width: graph.clientWidth, height: graph.clientHeight }
                const project = projection(camera, ranges, scene.aspectratio, size)
                const ours = numberedEdges(project, camera.eye, ranges)
                let plotlys = []
                for (let n = 0; n < 10 && ours.join() !== plotlys.join(); n++) {
                    await frame() // Plotly draws it in one of the next
                    const { axes } = graph._fullLayout.scene._scene.glplot
                    plotlys = [...axes.lastCubeProps.cubeEdges]
                }
                edges.push([ours, plotlys])
            }
            return edges
        }""",
        [GRAPH, eyes.tolist()],
    )
    assert len({tuple(plotly) for _, plotly in found}) > 5
    # where the eye is level with the box, Plotly may prefer an edge opposite
    assert sum(ours == plotly for ours, plotly in found) >= 0.8 * len(found)


# ---- the flat map ----


def test_flat_projections_can_be_read_and_clicked(page):
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


# ---- the rest of the tab ----


def test_the_table_says_which_digits_can_be_told_apart(page, demo_data):
    rows = page.locator("#cloud-table tbody tr")
    assert rows.count() == 10
    for digit, cloud in enumerate(demo_data.latent.clouds()):
        text = rows.nth(digit).inner_text().replace("\N{NO-BREAK SPACE}", " ")
        assert f"{100 * cloud.same:.0f} %" in text
        assert f"{cloud.confused_with} (" in text
        assert f"{cloud.gap:.1f} (the {cloud.closest}s)" in text
        error = demo_data.dense.errors[demo_data.digits.labels == digit].mean()
        assert f"{error:.3f}" in text
