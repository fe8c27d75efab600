"""On a phone, every tab is in sight, without a menu that hides some."""

import pytest

IN_SIGHT = """tabs => tabs.map(tab => {
    const { x, y, width, height } = tab.getBoundingClientRect()
    const found = document.elementFromPoint(x + width / 2, y + height / 2)
    return [tab.textContent.trim(), found === tab && x >= 0 && x + width <= innerWidth]
})"""


@pytest.mark.parametrize("width", [360, 375, 390, 412])
def test_five_tabs_are_in_sight_and_open(browser, server, width):
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(server)
    page.wait_for_selector("#sketchpad canvas")
    tabs = dict(page.get_by_role("tab").evaluate_all(IN_SIGHT))
    names = ("Draw", "Latent space", "Decode", "Train", "Models")
    assert tabs == dict.fromkeys(names, True)
    for name in names:
        page.get_by_role("tab", name=name).click()
        assert page.get_by_role("tab", name=name, selected=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.context.close()
