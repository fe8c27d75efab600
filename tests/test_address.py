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


def opened_tab(page) -> str:
    return page.get_by_role("tab", selected=True).inner_text()


def assert_alike(seen, other, most=0.004):
    """The same pictures, but for what rounding in thousandths of the paper changes."""
    for one, two in zip(seen, other, strict=True):
        assert np.abs(ink_of(one) - ink_of(two)).mean() < most


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
    names = [
        "tab",
        "digit",
        "strokes",
        "dense",
        "code",
        "picked",
        "walk",
        "shown",
        "kept",
        "__proto__",
        "constructor",
    ]
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
                assert np.hypot(*(kept - point).T).min() < 0.0121
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
    assert len(page.url) < 1000
    other = follow(page.url)
    other.get_by_text("This came with the link").wait_for()
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
    other.get_by_text("This came with the link").first.wait_for()
    assert_alike(before, settle(other))
