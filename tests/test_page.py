"""The page in a real browser: every tab opens, and answers what a visitor does."""


def pixels(page, selector: str) -> str:
    """What a picture on the page shows, as text that differs if the picture does."""
    return page.eval_on_selector(
        selector,
        """element => {
            if (element instanceof HTMLCanvasElement) return element.toDataURL()
            return element.src
        }""",
    )


def test_a_stroke_changes_both_reconstructions(page):
    shown = ["#dense-reconstruction", "#conv-reconstruction"]
    pictures = [f"{element} :is(canvas, img)" for element in shown]
    page.wait_for_selector(pictures[1])
    before = [pixels(page, picture) for picture in pictures]
    box = page.locator("#sketchpad canvas").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.7 * box["height"], steps=10)
    page.mouse.up()
    for picture, old in zip(pictures, before, strict=True):
        page.wait_for_function(
            """([selector, old]) => {
                const element = document.querySelector(selector)
                return (element.src ?? element.toDataURL()) !== old
            }""",
            arg=[picture, old],
        )


def test_a_slider_changes_the_decoded_digit(page):
    page.get_by_role("tab", name="Decode").click()
    picture = "#decoder :is(canvas, img)"
    page.wait_for_selector(picture)
    before = pixels(page, picture)
    slider = page.locator("#decoder input[type=range]").first
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    page.wait_for_function(
        """([selector, old]) => {
            const element = document.querySelector(selector)
            return (element.src ?? element.toDataURL()) !== old
        }""",
        arg=[picture, before],
    )


def test_the_page_of_the_endpoints_is_not_offered_to_visitors(page):
    assert page.get_by_text("Home").count() == 0 or not page.get_by_text("Home").first.is_visible()
    assert not page.get_by_text("Endpoints").first.is_visible()
