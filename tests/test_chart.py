"""A chart on the page: a figure made in Python, drawn by the page's own Plotly."""

import pytest

CHART = "#dense-curves"
GRAPH = f"{CHART} .js-plotly-plot"

CONTRAST = """() => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => v / 255)
            .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const text = document.querySelector("#dense-curves .xtick text")
    let ground = text
    while (["rgba(0, 0, 0, 0)", "transparent"].includes(getComputedStyle(ground).backgroundColor))
        ground = ground.parentElement
    const [a, b] = [getComputedStyle(text).fill, getComputedStyle(ground).backgroundColor]
        .map(light).sort((x, y) => y - x)
    return (a + 0.05) / (b + 0.05)
}"""


def open_models(page) -> None:
    page.get_by_role("tab", name="Models").click()
    page.locator(CHART).wait_for()


def see(page) -> None:
    page.locator(f"{CHART} .frame").scroll_into_view_if_needed()
    page.wait_for_selector(f"{CHART} .main-svg", timeout=60_000)


def test_a_chart_is_drawn_when_it_comes_into_view_and_moves_nothing(page):
    open_models(page)
    page.wait_for_selector("#bottleneck-bars .frame")
    before = page.locator(CHART).bounding_box()
    assert page.locator(GRAPH).count() == 0
    see(page)
    after = page.locator(CHART).bounding_box()
    assert after["height"] == before["height"] == 282


def test_gradios_own_plotly_is_never_fetched(page):
    open_models(page)
    see(page)
    fetched = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert sum("/data/plotly." in url for url in fetched) == 1
    assert [url for url in fetched if "plotly" in url.lower() and "/assets/" in url] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_text_stands_out_from_the_ground(browser, server, theme):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server}?__theme={theme}")
    page.wait_for_selector("#sketchpad canvas")
    open_models(page)
    see(page)
    assert page.evaluate(CONTRAST) > 4.5
    context.close()


def test_it_is_as_wide_as_its_box_also_if_that_changed_while_it_was_hidden(page):
    open_models(page)
    see(page)
    for hidden in (False, True):
        if hidden:
            page.get_by_role("tab", name="Draw").click()
        page.set_viewport_size({"width": 390 if hidden else 900, "height": 844})
        if hidden:
            page.get_by_role("tab", name="Models").click()
        page.wait_for_function(
            f"""() => {{
                const graph = document.querySelector("{GRAPH}")
                const drawn = graph.querySelector(".main-svg").getBoundingClientRect().width
                return drawn > 0 && drawn === graph.clientWidth
            }}"""
        )


def test_a_chart_that_could_not_be_fetched_is_tried_again(page):
    page.route("**/data/plotly.*", lambda route: route.fulfill(status=503))
    page.reload()
    open_models(page)
    page.locator(f"{CHART} .frame").scroll_into_view_if_needed()
    page.locator(f"{CHART} .trouble", has_text="could not be fetched").wait_for()
    page.unroute("**/data/plotly.*")
    page.get_by_role("tab", name="Draw").click()
    page.get_by_role("tab", name="Models").click()
    see(page)
    assert page.locator(f"{CHART} .trouble").inner_text() == ""
    assert all("503" in error or "dynamically imported" in error for error in page.errors)
    page.errors.clear()
