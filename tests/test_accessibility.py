"""The page for everybody: for screen readers, keyboards, few colours and large fingers.

axe-core finds what breaks the rules of WCAG; `npm ci` installs it.
"""

import io
import os

import numpy as np
import pytest
from conftest import ROOT
from page_actions import (
    ONE,
    PAPER,
    draw,
    models_are_here,
    press,
    settle,
    wait_for_what_is_fetched_ahead,
)
from PIL import Image
from test_colours import contrast

AXE = ROOT / "node_modules/axe-core/axe.min.js"
TABS = ["Draw", "Latent space", "Decode", "Train", "Models"]
READY = {  # what is there when a tab is
    "Draw": "#inside .panel .python:not(:empty)",
    "Latent space": "#latent-map .nearest button:nth-child(8)",
    "Decode": "#principal-directions .result:has-text('All directions')",
    "Train": "#train [data-do=train]:enabled",
    "Models": "#conv-gallery .worst button[data-digit]",
}
# Of what has the focus: its name, and the colours of its ring and of what is behind that.
RING = """
() => {
    const element = document.activeElement
    if (element.matches("body, footer *")) return [null, null, null]
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
    const rgba = colour => {
        context.clearRect(0, 0, 1, 1)
        context.fillStyle = colour
        context.fillRect(0, 0, 1, 1)
        return [...context.getImageData(0, 0, 1, 1).data]
    }
    const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(element)
    const outside = parseFloat(outlineOffset) >= 0
    let behind = outside ? element.parentElement : element
    const ground = () => rgba(getComputedStyle(behind).backgroundColor)
    while (ground()[3] < 255 && behind.parentElement) behind = behind.parentElement
    const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2
    const name = element.ariaLabel || element.textContent.trim() || element.outerHTML
    return [name, seen ? rgba(outlineColor).slice(0, 3) : null, ground().slice(0, 3)]
}
"""
# Gradio's own, which no option changes: its Settings button says its name twice.
GRADIO = "footer img"
WIDTHS = {1280: 900, 390: 844}


@pytest.fixture(scope="module", params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture(scope="module", params=WIDTHS)
def shown(browser, server, theme, request):
    """The page in one theme and of one width, with axe in it."""
    if not AXE.exists():
        if os.environ.get("CI"):
            pytest.fail("axe-core is missing, and on CI the page must be tested: `npm ci`.")
        pytest.skip("axe-core is not installed: `npm ci`, then run this again.")
    size = {"width": request.param, "height": WIDTHS[request.param]}
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server}?__theme={theme}")
    page.wait_for_selector(PAPER)
    models_are_here(page)
    page.add_script_tag(path=AXE)
    yield page
    context.close()


@pytest.mark.parametrize("tab", TABS)
def test_axe_finds_no_violation(shown, tab):
    open_tab(shown, tab)
    if tab == "Draw" and not shown.locator("#inside .panel").is_visible():
        shown.get_by_role("button", name="encoder look inside (dense").click()
    if tab == "Models":
        shown.locator("#conv-gallery").scroll_into_view_if_needed()
    shown.locator(READY[tab]).first.wait_for(state="attached")
    found = shown.evaluate(
        """async (gradio) => {
            const { violations, passes } = await axe.run({ exclude: [[gradio]] })
            const rule = ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`
            return { broken: violations.map(rule), kept: passes.length }
        }""",
        GRADIO,
    )
    assert found["broken"] == []
    assert found["kept"] > 15  # it has looked


def test_no_tab_is_left_out(page):
    assert page.get_by_role("tab").all_inner_texts() == TABS


# ---- few colours ----


@pytest.fixture(scope="module")
def forced(browser, server, theme):
    """The page where the visitor has chosen all colours."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        forced_colors="active",
        color_scheme=theme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector(PAPER)
    yield page
    context.close()


def greys(page, selector: str) -> np.ndarray:
    """What can be seen of an element, (H, W) in [0, 1]."""
    shot = page.locator(selector).first.screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("L")) / 255


def test_with_forced_colours_the_drawing_and_the_bars_are_seen(forced):
    open_tab(forced, "Draw")
    settle(forced)
    for picture in (PAPER, "#dense-reconstruction .picture", "#reconstruction .bar i"):
        assert np.ptp(greys(forced, picture)) > 0.5, picture
    chosen, other = (greys(forced, f"#tabs [aria-selected={is_it}]") for is_it in ("true", "false"))
    assert abs(np.median(chosen) - np.median(other)) > 0.3


def test_with_forced_colours_sliders_are_seen(forced):
    open_tab(forced, "Decode")
    forced.locator(READY["Decode"]).wait_for()
    for slider in ("#decoder .sliders input", "#principal-directions .keep input"):
        seen = greys(forced, slider)
        ground = seen[0, 0]
        track = seen[len(seen) // 2, 5 : len(seen[0]) // 4]
        assert np.abs(track - ground).mean() > 0.5, slider
        assert len(np.unique(seen.round(1))) > 2, slider  # and a thumb of another colour
    assert np.ptp(greys(forced, "#decoder .pad")) > 0.5


# ---- the keyboard ----


def test_arrows_go_from_tab_to_tab(page):
    wait_for_what_is_fetched_ahead(page)  # first of it what the keys do
    page.get_by_role("tab", name="Draw").focus()
    for key, name in (
        ("ArrowRight", "Latent space"),
        ("ArrowRight", "Decode"),
        ("ArrowLeft", "Latent space"),
        ("Home", "Draw"),
        ("ArrowLeft", "Models"),
        ("ArrowRight", "Draw"),
        ("End", "Models"),
    ):
        page.keyboard.press(key)
        tab = page.get_by_role("tab", name=name, selected=True)
        assert tab.evaluate("tab => tab === document.activeElement")


@pytest.mark.parametrize("tab", TABS)
def test_the_ring_of_what_has_the_focus_stands_out_from_its_ground(shown, tab):
    open_tab(shown, tab)
    if tab == "Models":
        shown.locator("#conv-gallery").scroll_into_view_if_needed()
    shown.locator(READY[tab].removesuffix(" .python:not(:empty)")).first.wait_for(state="attached")
    shown.get_by_role("tab", name=tab).focus()
    stops = []
    while not stops or stops[-1][0] is not None:  # that is behind the last of ours
        shown.keyboard.press("Tab")
        stops.append(shown.evaluate(RING))
        assert len(stops) < 500
    assert len(stops) > 10
    for name, ring, ground in stops[:-1]:
        assert ring, f"{name} has no ring"
        assert contrast(tuple(ring), tuple(ground)) >= 3, name


def test_focus_goes_where_one_is_sent(page):
    models_are_here(page)
    page.get_by_role("button", name="Decode from here").press("Enter")
    tab = page.get_by_role("tab", name="Decode", selected=True)
    tab.wait_for()
    assert tab.evaluate("tab => tab === document.activeElement")
    for _ in range(3):  # past "Train" and "Models", into what the tab shows
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#decoder') !== null")


def test_the_paper_at_which_no_key_does_anything_is_no_stop(page):
    page.get_by_role("tab", name="Models").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Pen"


def test_a_digit_is_hidden_and_shown_by_keys(page):
    open_tab(page, "Latent space")
    shown = page.get_by_role("group", name="Digits shown")
    button = shown.get_by_role("button", name="3", exact=True)
    button.focus()
    for key, pressed in (("Enter", "false"), ("Space", "true")):
        page.keyboard.press(key)
        assert button.get_attribute("aria-pressed") == pressed


# ---- a finger ----


@pytest.mark.parametrize("tab", TABS)
def test_on_a_phone_what_is_pressed_is_as_large_as_a_finger(browser, server, tab):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector(PAPER)
    open_tab(page, tab)
    if tab == "Models":
        page.locator("#conv-gallery").scroll_into_view_if_needed()
    page.locator(READY[tab].removesuffix(" .python:not(:empty)")).first.wait_for(state="attached")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, summary, input[type=range]")]
            .filter(target => target.getClientRects().length && !target.closest("footer"))
            .map(target => [target.outerHTML.slice(0, 90), target.getBoundingClientRect()])
            .filter(([, { width, height }]) => Math.min(width, height) < 43.5)
            .map(([html]) => html)"""
    )
    assert small == []
    context.close()


def test_a_message_stands_at_what_it_is_about(page):
    page.route("**/data/*.gz", lambda route: route.abort())
    page.reload()
    open_tab(page, "Decode")
    message = page.locator("#decoder .trouble", has_text="Are you online?")
    message.wait_for()
    box, place = message.bounding_box(), page.locator("#decoder").bounding_box()
    assert place["y"] <= box["y"] < place["y"] + 40
    page.errors.clear()  # those of the files


# ---- screen readers ----


def test_each_chart_has_a_name_and_a_table(page, demo_data):
    open_tab(page, "Models")
    names = page.locator(".graph[role=img]").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert len(names) == len(set(names)) == 6
    page.locator("#conv-by-digit-table summary").click()
    shown = page.locator("#conv-by-digit-table tbody tr").all_inner_texts()
    errors = demo_data.conv.errors
    labels = demo_data.digits.labels
    for digit, row in enumerate(shown):
        value, error, _ = row.split()
        assert int(value) == digit
        assert float(error) == pytest.approx(errors[labels == digit].mean().item(), rel=0.01)
    open_tab(page, "Latent space")
    assert "table below" in page.locator("#latent-scatter").get_attribute("aria-label")


def test_a_verdict_is_said_once_the_hand_rests_and_no_number_is(page):
    page.locator("#reconstruction .announcement:not(:empty)").first.wait_for(state="attached")
    page.evaluate(
        """() => {
            window.said = []
            const live = "[role=status], [role=alert], output:not([aria-live=off])"
            new MutationObserver(changes => {
                for (const { target } of changes) {
                    const element = target.nodeType === 1 ? target : target.parentElement
                    const region = element?.closest(live)
                    if (region?.textContent.trim()) said.push(region.textContent)
                }
            }).observe(document.body, { subtree: true, childList: true, characterData: true })
        }"""
    )
    press(page, "Clear the paper")
    draw(page, ONE, steps=30)
    page.wait_for_function("said.length > 0")
    settle(page)
    said = page.evaluate("said")
    assert len(said) == 1
    for words in ("You drew this", "Dense model: ", "Convolutional model: "):
        assert words in said[0]


def open_tab(page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
