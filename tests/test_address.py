"""The page's address says what is on the page, and a link brings it back."""

import re
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_actions import (
    ONE,
    PAPER,
    SEVEN,
    draw,
    ink_of,
    prepared_digit,
    press,
    settle,
)

EIGHT = [
    (0.5 + 0.2 * np.sin(2 * turn), 0.5 - 0.33 * np.cos(turn))
    for turn in np.linspace(0, 2 * np.pi, 60)
]

MAP = "#latent-scatter .js-plotly-plot"

# ---- what the tests do and see ----


@pytest.fixture
def follow(browser, server):
    """Opens a link in a browser that has never seen the page; nothing may be in its error log."""
    contexts, errors = [], []

    def open_link(link: str):
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(link if link.startswith("http") else server + link)
        page.wait_for_selector(PAPER, state="attached")
        return page

    yield open_link
    for context in contexts:
        context.close()
    assert errors == []


def said(page, *names: str) -> dict[str, str]:
    """What the address says, once it has all of these names."""
    names = [f"[#&]{name}=" for name in names]
    page.wait_for_function(
        "names => names.every((name) => new RegExp(name).test(location.hash))", arg=names
    )
    page.evaluate("self.heard = null")
    page.wait_for_function(  # and until it stays so for longer than the pause between two changes
        """() => {
            if (self.heard !== location.hash) [self.heard, self.since] = [location.hash, Date.now()]
            return Date.now() - self.since > 700
        }"""
    )
    return parts(page.url)


def parts(url: str) -> dict[str, str]:
    return dict(part.split("=") for part in url.partition("#")[2].split("&") if part)


def open_tab(page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def open_decoder(page) -> None:
    """Opens the tab, and waits until its buttons do something."""
    open_tab(page, "Decode")
    page.locator("#decoder .sliders output", has_text=".").first.wait_for()


def wait_for_tab(page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True, selected=True).wait_for()


def assert_alike(seen, other, most=0.01):
    """The same pictures, but for what rounding in thousandths of the paper changes."""
    differences = [
        np.abs(ink_of(one) - ink_of(two)).mean() for one, two in zip(seen, other, strict=True)
    ]
    assert max(differences) < most


def address(modules, call: str, argument):
    """`call` is an expression of the module's functions and of `argument`."""
    return modules.evaluate(
        f"""async (argument) => {{
            const page = (path) => import(new URL(path, document.baseURI))
            const {{ toHash, fromHash }} = await page("web/shared/address.js")
            const {{ strokesAsText, textAsStrokes }} = await page("web/drawing/stroke_text.js")
            return {call}
        }}""",
        argument,
    )


# ---- the text ----

thousandths = st.integers(-99_999_000, 99_999_000).map(lambda value: value / 1000)
ends = st.integers(0, 9999) | st.just("drawing")
letters = st.text(string.ascii_letters + string.digits + "-_.", max_size=1500)
states = st.fixed_dictionaries(
    {},
    optional={
        "digit": st.integers(0, 9999),
        "strokes": letters,
        "dense": st.lists(thousandths, min_size=3, max_size=3),
        "conv": st.lists(thousandths, min_size=2, max_size=128),
        "size": st.integers(1, 784),
        "form": st.sampled_from(["space", "flat"]),
        "colour": st.sampled_from(["digit", "error"]),
        "shown": st.lists(st.integers(0, 9), max_size=10),
        "picked": ends,
        "camera": st.lists(thousandths, min_size=9, max_size=9),
        "code": st.lists(thousandths, min_size=3, max_size=3),
        "axes": st.lists(st.integers(0, 2), min_size=2, max_size=2),
        "slopes": st.lists(thousandths, min_size=2, max_size=2),
        "plane": st.lists(thousandths, min_size=4, max_size=4),
        "walk": st.lists(ends, min_size=2, max_size=2),
        "step": st.integers(0, 11),
        "directed": ends,
        "kept": st.integers(1, 64),
        "scores": st.lists(thousandths, min_size=1, max_size=64),
        "tab": st.sampled_from(["draw", "latent-space", "decode", "train", "models"]),
    },
)


@settings(max_examples=20, deadline=None)
@given(st.lists(states, min_size=5, max_size=20))
def test_what_is_written_can_be_read_again(modules, states):
    assert address(modules, "argument.map((state) => fromHash(toHash(state)))", states) == states


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=200) | states.map(str), min_size=20, max_size=50))
def test_whatever_an_address_says_can_be_read(modules, texts):
    names = ["tab", "digit", "strokes", "code", "picked", "walk", "shown", "__proto__", "toString"]
    hashes = [f"#{text}" for text in texts]
    hashes += [f"#tab=decode&{name}={text}" for name in names for text in texts[:5]]
    found = address(modules, "argument.map((hash) => toHash(fromHash(hash)))", hashes)
    assert found == address(modules, "argument.map((hash) => toHash(fromHash(hash)))", found)
    assert all(re.fullmatch(r"(#[a-z]+=[\w.,-]*(&[a-z]+=[\w.,-]*)*)?", hash) for hash in found)


@pytest.mark.parametrize(
    ("hash", "expected"),
    [
        ("", {}),
        ("#", {}),
        ("#section-2", {}),
        ("#tab=settings", {}),
        ("#code=1,2", {}),
        ("#code=1,2,NaN", {}),
        ("#code=1,2,1e400", {}),
        ("#code=1,,2", {}),
        ("#digit=10000&picked=-1&size=3.5", {}),
        ("#walk=1,2,3&shown=1,11&form=cube", {}),
        ("#strokes=%3Cscript%3E&digit=%E0%A4%A", {}),
        ("#" + "digit=7&" * 600, {}),
        ("#__proto__=1&toString=2&digit=7", {"digit": 7}),
        ("#code=1%2C-2.5%2C0&tab=decode", {"code": [1, -2.5, 0], "tab": "decode"}),
    ],
)
def test_only_what_is_right_is_read(modules, hash, expected):
    assert address(modules, "fromHash(argument)", hash) == expected


places = st.integers(-1000, 2000).map(lambda place: place / 1000)
points = st.lists(st.tuples(places, places), min_size=1, max_size=30)
drawn = st.lists(
    st.fixed_dictionaries(
        {"points": points.map(lambda points: [place for point in points for place in point])},
    ).map(lambda stroke: stroke | {"width": 0.085}),
    max_size=5,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(drawn, min_size=5, max_size=10))
def test_strokes_come_back_and_are_written_the_same_again(modules, drawings):
    found = address(
        modules,
        """argument.map((strokes) => {
            const text = strokesAsText(strokes)
            const read = textAsStrokes(text)
            return { text, read, again: strokesAsText(read) }
        })""",
        drawings,
    )
    for strokes, result in zip(drawings, found, strict=True):
        assert result["text"] == result["again"]
        assert len(result["read"]) == len(strokes)
        for stroke, read in zip(strokes, result["read"], strict=True):
            kept = np.reshape(read["points"], (-1, 2))
            for point in np.reshape(stroke["points"], (-1, 2)):  # one that is left out is near one
                assert np.hypot(*(kept - point).T).min() < 0.0081
            assert read["points"][:2] == stroke["points"][:2]
            assert read["points"][-2:] == stroke["points"][-2:]


@settings(max_examples=20, deadline=None)
@given(st.lists(letters, min_size=20, max_size=50))
def test_whatever_text_is_strokes_or_nothing(modules, texts):
    for strokes in address(modules, "argument.map(textAsStrokes)", texts):
        for stroke in strokes or []:
            assert len(stroke["points"]) >= 2
            assert np.abs(stroke["points"]).max() <= 10
            assert 0 < stroke["width"] <= 1


def test_a_very_long_drawing_is_in_no_address(modules):
    scribble = {"points": np.random.default_rng(0).random(4000).tolist(), "width": 0.085}
    assert address(modules, "strokesAsText(argument)", [scribble]) is None


# ---- what is on the page ----


def test_the_plain_page_has_a_plain_address(page, server):
    settle(page)
    assert page.url == server


def test_a_drawing_comes_back_with_its_reconstructions(page, follow):
    draw(page, EIGHT, steps=3)
    press(page, "Thick line")
    draw(page, [(0.8, 0.8), (0.85, 0.8)])
    press(page, "Eraser")
    draw(page, [(0.3, 0.85), (0.7, 0.85)])
    before = settle(page)
    said(page, "strokes")
    assert len(page.url) < 1000  # so a drawing of several times the length is below 2,000
    other = follow(page.url)
    other.locator(".nearest", has_text="This is a drawing").wait_for()
    assert_alike(before, settle(other))
    assert said(other) == said(page)


def test_an_empty_paper_comes_back(page, follow):
    draw(page, SEVEN)
    press(page, "Clear the paper")
    assert said(page, "strokes") == {"strokes": ""}
    other = follow(page.url)
    other.get_by_text("Nothing to rebuild yet").first.wait_for()
    assert prepared_digit(other) is None


def test_a_test_digit_comes_back_and_what_was_drawn_on_it(page, follow):
    page.select_option("#sketchpad [data-choose=digit]", "5")
    digit = said(page, "digit")["digit"]
    before = settle(page)
    other = follow(page.url)
    other.get_by_text(f"This is a 5, test digit {int(digit):,}").first.wait_for()
    assert_alike(before, settle(other), most=1e-9)

    draw(page, ONE)
    before = settle(page)
    assert said(page, "strokes")["digit"] == digit
    other = follow(page.url)
    other.get_by_text("This is a drawing").first.wait_for()
    assert_alike(before, settle(other))


@pytest.mark.parametrize("drawn", [True, False])
def test_a_code_that_is_held_comes_back_on_its_drawing(page, follow, drawn):
    if drawn:
        draw(page, SEVEN)
    else:
        page.select_option("#sketchpad [data-choose=digit]", "3")
    settle(page)
    for bar in page.locator("#dense-reconstruction .bar, #reconstruction .bar [tabindex]").all()[
        :2
    ]:
        bar.press("PageUp")
    squares = page.locator("#reconstruction .numbers")
    for key in ("ArrowRight", "+", "+", "+", "ArrowDown", "0"):
        squares.press(key)
    before = settle(page)
    assert len(said(page, "dense", "conv")["conv"].split(",")) == 4
    other = follow(page.url)
    other.locator("#reconstruction [data-do=back][data-model=dense]").wait_for()
    assert_alike(before, settle(other))
    assert said(other) == said(page)

    press(page, "Clear the paper")  # and with the drawing what was held of it goes
    page.wait_for_function("!location.hash.includes('dense=') && !location.hash.includes('conv=')")


def test_the_size_of_the_code_comes_back(page, follow):
    page.locator("#code-size").scroll_into_view_if_needed()
    page.get_by_role("button", name="8 numbers", exact=True).click()
    assert said(page, "size") == {"size": "8"}
    other = follow(page.url)
    other.locator("#code-size").scroll_into_view_if_needed()
    other.locator("#code-size .rebuilt b", has_text="8 numbers").wait_for()


def test_the_latent_space_comes_back(page, follow):
    open_tab(page, "Latent space")
    page.wait_for_function(f"document.querySelector('{MAP}')?.data?.[12]?.x?.length === 1")
    page.select_option("#latent-map [data-set=colour]", "error")
    page.select_option("#latent-map [data-set=only]", "3")
    page.get_by_role("button", name="Look along the 2nd number").click()
    page.locator("#latent-pick .nearest button").nth(2).click()
    here = said(page, "colour", "shown", "picked", "camera")
    assert here["shown"] == "3"
    other = follow(page.url)
    wait_for_tab(other, "Latent space")
    other.get_by_text(f"test digit {here['picked']}", exact=True).wait_for()
    other.wait_for_function(f"document.querySelector('{MAP}')?.data?.[11]?.x?.length === 1")
    assert said(other) == here
    assert other.locator("[data-set=colour]").input_value() == "error"
    assert other.locator("[data-set=only]").input_value() == "3"
    cameras = [
        p.eval_on_selector(MAP, "graph => graph._fullLayout.scene._scene.getCamera().eye")
        for p in (page, other)
    ]
    assert cameras[1] == pytest.approx(cameras[0], abs=1e-3)

    other.select_option("#latent-map [data-set=form]", "flat")
    said(other, "form")
    another = follow(other.url)
    another.locator("#latent-map .flat canvas").first.wait_for()
    assert another.locator("[data-set=form]").input_value() == "flat"


def test_the_decoder_the_walk_and_the_directions_come_back(page, follow):
    open_decoder(page)
    page.get_by_role("button", name="The middle of the 3s").click()
    page.select_option("#decoder [data-axis='1']", "2")
    page.locator("#walk .end b", has_text="test digit 7").wait_for()
    page.select_option("#walk [data-end='0']", "drawing")
    page.locator("#walk [data-another='1']").click()
    directions = page.locator("#principal-directions")
    directions.locator(".result", has_text="All directions are kept").wait_for()
    directions.locator("select").select_option("any")
    directions.locator(".sliders input").nth(1).fill("2.5")
    directions.locator(".keep input").fill("12")
    page.locator("#decoder .pad").press("+")
    page.locator("#decoder .pad").press("ArrowUp")  # from the start point, on the plane through it
    here = said(page, "code", "axes", "slopes", "plane", "walk", "directed", "kept", "scores")
    assert here["axes"] == "0,2"
    assert here["walk"].startswith("drawing,")

    other = follow(page.url)
    wait_for_tab(other, "Decode")
    other.locator("#walk .end b", has_text=f"test digit {here['walk'].split(',')[1]}").wait_for()
    other.locator("#principal-directions .result", has_text="12 directions carry").wait_for()
    for shown in ("#decoder output", "#principal-directions output"):
        assert other.locator(shown).all_inner_texts() == page.locator(shown).all_inner_texts()
    assert other.locator("#decoder [data-axis='1']").input_value() == "2"
    pictures = [
        ".decoded canvas",
        "#decoder .plane",
        "#walk .dense",
        "#walk .conv",
        "#principal-directions .steered",
    ]
    for canvas in pictures:
        shown = [p.eval_on_selector(canvas, "c => c.toDataURL()") for p in (page, other)]
        assert_alike(shown[:1], shown[1:], most=0.001)
    assert said(other) == here


# ---- where the address meets the browser ----


def test_a_new_drawing_takes_out_of_the_address_what_followed_from_the_last(page, follow):
    open_decoder(page)
    page.get_by_role("button", name="The middle of the 0s").click()
    page.locator("#decoder .pad").press("+")
    directions = page.locator("#principal-directions")
    directions.locator(".result", has_text="All directions are kept").wait_for()
    directions.locator(".sliders input").nth(1).fill("2.5")
    said(page, "code", "slopes", "plane", "scores")
    open_tab(page, "Draw")
    press(page, "Clear the paper")
    draw(page, SEVEN)
    open_tab(page, "Decode")
    page.locator("#decoder .words", has_text="7").wait_for()
    page.wait_for_function("!/[#&](code|slopes|plane|scores)=/.test(location.hash)")
    other = follow(page.url)
    other.locator("#decoder .words", has_text="7").wait_for()


def test_back_and_forward_go_through_the_tabs_and_what_was_on_them(page):
    draw(page, SEVEN)
    open_tab(page, "Decode")
    page.locator("#decoder .words", has_text=".").wait_for()
    page.get_by_role("button", name="The middle of the 0s").click()
    zeros = said(page, "code")["code"]
    open_tab(page, "Draw")
    press(page, "Clear the paper")
    page.get_by_text("Nothing to rebuild yet").first.wait_for()
    open_decoder(page)
    page.get_by_role("button", name="The middle of the 1s").click()
    page.wait_for_function("zeros => !location.hash.includes(zeros)", arg=zeros)
    ones = said(page, "code")["code"]

    page.go_back()
    wait_for_tab(page, "Draw")
    assert prepared_digit(page) is None
    page.go_back()
    page.wait_for_function("document.querySelector('#decoder .pad').clientWidth > 0")
    assert said(page, "strokes")["code"] == zeros
    page.locator("#decoder .words", has_text="0s").wait_for()  # not at the drawing that came back
    assert prepared_digit(page) is not None
    page.go_back()
    wait_for_tab(page, "Draw")
    page.go_forward()
    page.go_forward()
    page.go_forward()
    wait_for_tab(page, "Decode")
    here = said(page, "strokes")
    assert len(here.pop("slopes").split(",")) == 2
    assert here == {"strokes": "", "code": ones, "axes": "0,1", "tab": "decode"}
    assert prepared_digit(page) is None


def test_where_one_goes_back_to_what_was_untouched_is_so_again(page):
    open_tab(page, "Latent space")
    open_tab(page, "Draw")
    size = page.locator("#code-size input")
    before = size.input_value()
    size.press("ArrowRight")
    open_tab(page, "Latent space")
    page.locator("#latent-map .nearest button").first.wait_for()
    page.select_option("#latent-map [data-set=colour]", "error")
    page.select_option("#latent-map [data-set=only]", "3")
    said(page, "shown")
    page.go_back()
    wait_for_tab(page, "Draw")
    assert size.input_value() != before
    page.go_back()
    page.wait_for_function("document.querySelector('#latent-map').clientWidth > 0")
    for control, value in (("colour", "digit"), ("only", "all")):
        chosen = f"document.querySelector('#latent-map [data-set={control}]').value"
        page.wait_for_function(f"{chosen} === '{value}'")
    page.wait_for_function(
        "value => document.querySelector('#code-size input').value === value", arg=before
    )
    page.go_forward()
    page.go_forward()
    page.wait_for_function(f"{chosen} === '3'")


def test_a_link_that_is_followed_on_the_page_itself_is_shown(page):
    settle(page)
    page.evaluate("location.hash = 'digit=7&tab=decode&code=1,2,3&slopes=0.5,-0.25'")
    page.locator("#decoder .pad").wait_for()
    page.locator("#decoder output", has_text="2.0").first.wait_for()
    assert said(page, "code")["slopes"] == "0.5,-0.25"
    page.evaluate(
        """async () => {
            const { showState } = await import(new URL("web/shared/address.js", document.baseURI))
            await showState({ tab: "draw", digit: 8 })
        }"""
    )
    page.get_by_text("This is a 5, test digit 8").first.wait_for()
    page.wait_for_function("!/[#&]code=/.test(location.hash)")  # that was of another digit
    assert said(page, "digit") == {"digit": "8", "axes": "0,1", "tab": "draw"}
    page.go_back()
    page.get_by_text("This is a 9, test digit 7").first.wait_for(state="attached")
    wait_for_tab(page, "Decode")


def test_a_reload_keeps_what_can_be_undone(page):
    draw(page, SEVEN)
    draw(page, ONE)
    said(page, "strokes")
    page.reload()
    page.get_by_text("You drew this").first.wait_for()
    before = settle(page)
    press(page, "Undo")
    assert settle(page)[0] != before[0]


def test_a_reload_is_never_behind_the_hand(page):
    draw(page, SEVEN)
    press(page, "Clear the paper")
    said(page, "strokes")
    draw(page, ONE)
    expected = prepared_digit(page)
    page.reload()  # before the address has changed
    page.get_by_text("You drew this").first.wait_for()
    np.testing.assert_array_equal(prepared_digit(page), expected)
    page.wait_for_function("location.hash.length > '#strokes='.length")


def test_a_link_outranks_what_this_browser_kept_which_can_be_brought_back(page, server):
    draw(page, ONE)
    before = settle(page)
    said(page, "strokes")
    page.goto("about:blank")
    page.goto(server + "#digit=3")
    page.get_by_text("This is a 0, test digit 3").first.wait_for()
    press(page, "Undo")
    assert_alike(before, settle(page))


@pytest.mark.parametrize(
    "hash",
    [
        "#nonsense",
        "#" + "A" * 100_000,
        "#digit=99999&strokes=!!!&code=NaN,0,0&picked=-5&tab=elsewhere",
        "#strokes=AAAA.BBBB..&walk=7&scores=,,,&shown=12",
    ],
)
def test_a_broken_address_opens_the_plain_page(follow, demo_data, hash):
    page = follow(hash)
    page.get_by_text("This is a 7, test digit 0").first.wait_for()
    seven = demo_data.digits.images[0, 0].numpy() / 255
    np.testing.assert_allclose(prepared_digit(page), seven, atol=0.02)
    wait_for_tab(page, "Draw")


def test_an_extreme_address_does_no_harm(follow):
    far = "99999,-99999,99999"
    camera = "0,0,0,0,0,0,0,0,0"
    page = follow(
        f"#digit=1&dense={far}&conv=0,99999,63,-99999,99,1,-1,5&size=3&picked=9999&shown="
        f"&camera={camera}&code={far}&axes=2,2&walk=9999,9999&step=11&directed=9999&kept=0"
        f"&scores={far}&tab=latent-space"
    )
    page.get_by_text("test digit 9999", exact=True).wait_for()
    page.wait_for_function(f"document.querySelector('{MAP}')?.data?.[11]?.x?.length === 1")
    open_tab(page, "Decode")
    page.locator("#walk .end b", has_text="test digit 9999").nth(1).wait_for()
    open_tab(page, "Draw")
    settle(page)
    draw(page, SEVEN)
    page.locator(".nearest", has_text="You drew on this").wait_for()


def test_it_works_in_an_iframe_of_another_site(browser, server):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    errors = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.replace("127.0.0.1", "localhost") + "web/shared/state.js")
    page.set_content(
        f'<iframe src="{server}#digit=4&tab=decode&code=1,2,3" width="1200" height="800"></iframe>'
    )
    inner = page.frames[1]
    inner.locator("#decoder output", has_text="3.0").wait_for()
    inner.get_by_role("button", name="The middle of the 0s").click()
    inner.wait_for_function("!location.hash.includes('code=1,2,3')")
    assert "digit=4" in inner.evaluate("location.hash")
    inner.get_by_role("tab", name="Models").click()
    inner.wait_for_function("location.hash.endsWith('tab=models')")
    inner.evaluate("history.back()")
    inner.locator("#decoder .pad").wait_for()
    context.close()
    assert errors == []


# ---- for others ----


def open_panel(page) -> str:
    """The link that the panel shows, once its QR code is there."""
    page.get_by_role("button", name="Link to what you see").click()
    page.get_by_role("img", name="The link as a QR code").wait_for()
    return page.get_by_role("textbox", name="The link").input_value()


def test_the_link_can_be_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    draw(page, SEVEN)
    said(page, "strokes")
    link = open_panel(page)
    assert "strokes=" in link
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == link == page.url


def test_without_https_the_link_can_be_copied_too(page):
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    open_panel(page)
    page.evaluate("addEventListener('copy', () => (self.copied = getSelection().toString()))")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("copied") == page.url


def test_the_panel_opens_and_closes_by_keyboard(page):
    button = page.get_by_role("button", name="Link to what you see")
    button.press("Enter")
    page.get_by_role("img", name="The link as a QR code").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Copy link"
    page.keyboard.press("Escape")
    page.locator("#share .panel").wait_for(state="hidden")
    assert button.evaluate("button => button === document.activeElement")
    draw(page, SEVEN)
    said(page, "strokes")
    button.press("Enter")  # and the link is always that of now
    page.wait_for_function("document.querySelector('#share input').value.includes('strokes=')")


@pytest.mark.parametrize("size", [(390, 844), (360, 700), (844, 390), (820, 1180), (1366, 625)])
def test_the_panel_is_in_sight_and_in_nobodys_way(browser, server, size):
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector(PAPER)
    button = page.get_by_role("button", name="Link to what you see")
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 40
    covers = """button => {
        const a = button.getBoundingClientRect()
        const others = [...document.querySelectorAll('h1, [role=tab], #scene')].filter((other) => {
            const range = document.createRange()
            range.selectNodeContents(other)
            return [...range.getClientRects()].some((b) =>
                a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        })
        return others.map((other) => other.textContent.slice(0, 40))
    }"""
    assert button.evaluate(covers) == []
    open_panel(page)
    box = page.locator("#share .panel").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    context.close()


def test_the_qr_code_is_the_link_s(page):
    draw(page, EIGHT, steps=2)
    said(page, "strokes")
    link = open_panel(page)
    expected = page.evaluate(
        """async (link) => {
            const { qrcode } = await import(new URL("web/vendor/qrcode.esm.js", document.baseURI))
            const code = qrcode(0, link.length < 500 ? "M" : "L")
            code.addData(link)
            code.make()
            const places = [...Array(code.getModuleCount()).keys()]
            return places.map((row) => places.map((column) => code.isDark(row, column)))
        }""",
        link,
    )
    picture = page.eval_on_selector(
        "#share .code",
        """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
            return [canvas.width, [...data].filter((_, i) => i % 4 === 0)]
        }""",
    )
    dark = np.reshape(picture[1], (picture[0], picture[0])) < 128
    np.testing.assert_array_equal(dark, np.pad(expected, 4))


def test_what_no_link_can_hold_is_said(page):
    page.select_option("#sketchpad [data-choose=stress]", "noise")
    page.get_by_text("This is noise").first.wait_for()
    open_panel(page)
    page.get_by_text("What is on the paper isn't in it").wait_for()
