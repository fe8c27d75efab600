"""On a phone, every tab is in sight from the first moment."""

import gradio as gr
import pytest

from autoencoder.demo.server.head import STYLE
from autoencoder.demo.theme import THEME

WIDTHS = (360, 375, 390, 412)
IN_SIGHT = """tabs => tabs.map(tab => {
    const { x, y, width, height } = tab.getBoundingClientRect()
    const found = document.elementFromPoint(x + width / 2, y + height / 2)
    return [tab.textContent.trim(), found === tab && x >= 0 && x + width <= innerWidth]
})"""


@pytest.fixture(scope="module")
def five_tabs():
    """The URL of a page with nothing but tabs, as the demo has them, and their names."""
    names = ["Draw", "Latent space", "Decode", "Train", "Models"]
    with gr.Blocks() as page, gr.Tabs(elem_id="tabs", overflow_behavior="wrap"):
        for name in names:
            with gr.Tab(name):
                gr.Markdown(f"This is {name}.")
    _, url, _ = page.launch(theme=THEME, css=STYLE, prevent_thread_lock=True, quiet=True)
    yield url, names
    page.close(verbose=False)


def open_on_a_phone(browser, url: str, width: int):
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(url, wait_until="commit")
    page.get_by_role("tab").first.wait_for()
    return page


def in_sight(page) -> dict[str, bool]:
    return dict(page.get_by_role("tab").evaluate_all(IN_SIGHT))


@pytest.mark.parametrize("width", WIDTHS)
def test_five_tabs_are_in_sight(browser, five_tabs, width):
    url, names = five_tabs
    page = open_on_a_phone(browser, url, width)
    assert in_sight(page) == dict.fromkeys(names, True)
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_own_tabs_are_in_sight_and_open(browser, server, width):
    page = open_on_a_phone(browser, server, width)
    page.wait_for_selector("#sketchpad canvas")
    tabs = in_sight(page)
    assert len(tabs) >= 4
    assert all(tabs.values()), tabs
    for name in tabs:
        page.get_by_role("tab", name=name).click()
        assert page.get_by_role("tab", name=name, selected=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.context.close()
