"""The lesson in a real browser: what is guessed, tried, and answered with Python's figures."""

import json
import re
from collections import Counter

import numpy as np
import pytest
import torch
from page_actions import PAPER, SEVEN, draw, models_are_here, paper_is_empty, prepared_digit, settle
from program import ROOT

from autoencoder import DenseAutoencoder
from autoencoder.checkpoints import OWN, save_model
from autoencoder.data import to_unit
from autoencoder.demo import build
from autoencoder.demo_data import load_demo_data
from autoencoder.figures import three_figures
from autoencoder.latent import a, cross_fade, walk

SHEET = "#lesson-sheet"
# What is guessed, in which tab it is tried, and with what.
QUESTIONS = [
    (["Yes"], "Draw", "#sketchpad"),
    (["Mostly 5s"], "Decode", "#decoder"),
    (["4", "9"], "Latent space", "#latent-map"),
    (["The one through 64 numbers"], "Decode", "#walk"),
    (["3"], "Draw", "#code-size"),
    (["7"], "Draw", "#sketchpad"),
    (["4"], "Decode", "#decoder"),
    (["8"], "Latent space", "#latent-map"),
]


# ---- what a visitor does ----


def sheet(page):
    return page.locator(SHEET)


def open_lesson(page) -> None:
    page.get_by_role("button", name="Lesson", exact=True).click()
    sheet(page).wait_for()


def do(page, name: str) -> None:
    sheet(page).get_by_role("button", name=name, exact=True).click()


def guess(page, *choices: str) -> None:
    for choice in choices:
        do(page, choice)


def answered(page) -> str:
    """What the sheet answers, once it does."""
    page.wait_for_function(
        "said => /^(?!One moment)./.test(document.querySelector(said).innerText)",
        arg=f"{SHEET} [role=status]",
    )
    return sheet(page).get_by_role("status").inner_text()


def answer(page) -> str:
    do(page, "Answer")
    return answered(page)


def ask(page, number: int) -> None:
    """Goes to that question, from 1."""
    while f"Question {number} of" not in sheet(page).inner_text():
        do(page, "The question after")


def assert_brought(page, tab: str, where: str) -> None:
    """The tab is open, and what the question is about can be seen above the sheet."""
    page.wait_for_function(
        """([tab, where, sheet]) => {
            const open = document.querySelector('[role="tab"][aria-selected="true"]')
            const box = document.querySelector(where)?.getBoundingClientRect()
            const top = document.querySelector(sheet).getBoundingClientRect().top
            return open.innerText === tab && box?.height && box.top >= -1 && box.top < top - 100
        }""",
        arg=[tab, where, SHEET],
    )


# ---- what Python answers ----


def percent(share: float) -> str:
    return f"{100 * share:.{1 if share < 0.0995 else 0}f} %"


def likeliest(latent, code: np.ndarray, but: int | None = None) -> int:
    """As in neighbours.js."""
    found, distances = latent.nearest(code, but=but)
    far = distances[0] > 4 * latent.usual_gap
    return int(latent.labels[found[0]]) if far else common(latent.labels[found])


def common(labels: np.ndarray) -> int:
    return Counter(labels.tolist()).most_common(1)[0][0]


def shares_of(latent) -> np.ndarray:
    """(10, 10): of the eight nearest neighbours of each digit, how many are each."""
    around = latent.labels[latent.neighbours]  # (N, 8)
    return np.stack(
        [
            np.bincount(around[latent.labels == digit].ravel(), minlength=10)
            / (8 * (latent.labels == digit).sum())
            for digit in range(10)
        ]
    )


def from_cross_fade(images: np.ndarray) -> float:
    fade = cross_fade(torch.tensor(images[0]), torch.tensor(images[-1]), len(images))
    most = np.square(images - fade).mean(axis=(1, 2)).max()
    return float((most / np.square(images[0] - images[-1]).mean()) ** 0.5)


@torch.inference_mode()
def walked(demo_data) -> tuple[str, int, float, float]:
    """Of the walk from the first 1 to the first 8: the digits that the dense model's passes
    through, how many of its 12 codes are near to digits; how far both are from a cross-fade.
    """
    latent, digits = demo_data.latent, demo_data.digits
    first = [int(np.argmax(digits.labels.numpy() == digit)) for digit in (1, 8)]
    ends = to_unit(digits.images[first])
    models = (demo_data.dense.model, demo_data.conv.model)
    few, many = (from_cross_fade(walk(model, *ends[:, 0])) for model in models)
    start, end = models[0].encode(ends).numpy()
    codes = [start * (1 - share) + end * share for share in np.linspace(0, 1, 12)]
    *passed, last = dict.fromkeys(likeliest(latent, code) for code in codes)
    near = sum(latent.nearest(code)[1][0] <= latent.usual_gap for code in codes)
    return f"{', '.join(f'{digit}s' for digit in passed)} and {last}s", near, few, many


def numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\.?\d*", text)]


@torch.inference_mode()
def test_each_answer_is_that_of_the_models_and_stands_beside_the_guess(page, demo_data):
    latent, labels = demo_data.latent, demo_data.digits.labels.numpy()
    images = to_unit(demo_data.digits.images[:, 0])
    open_lesson(page)
    texts = []
    for number, (choices, tab, where) in enumerate(QUESTIONS, start=1):
        assert f"Question {number} of 8" in sheet(page).inner_text()
        guess(page, *choices)
        do(page, "Try it")
        assert_brought(page, tab, where)
        if number == 1:
            paper_is_empty(page)
            draw(page, SEVEN)
            settle(page)
        if number == 5:
            page.select_option("#sketchpad [data-choose=digit]", "5")
            page.get_by_text("This is a 5, test digit").first.wait_for()
        if number in (5, 6):
            settle(page)
        paper = prepared_digit(page)
        texts.append(answer(page))
        assert texts[-1].startswith(f"You guessed: {' and '.join(choices)}. ")
        if number == 1:
            code = demo_data.dense.model.encode(torch.from_numpy(paper)[None, None])[0].numpy()
            found = a(likeliest(latent, code))
            assert f"comes back as {found}: it lands {latent.whereabouts(code).words}" in texts[-1]
        if number == 5:
            five = paper
        if number == 6:
            letters = paper
        if number < 8:
            do(page, "Next question")
    marks = ["\N{CHECK MARK} Right." in text for text in texts]
    assert marks[:4] == [True, False, True, True]
    assert marks[6:] == [True, False]
    for text, mark in zip(texts, marks, strict=True):
        assert ("\N{BALLOT X} Not so." in text) != mark
    eight, between, alike, walk_told, own, letter, middle, cost = texts

    lands = [likeliest(latent, latent.codes[i], but=i) for i in np.flatnonzero(labels != 8)[:500]]
    standing = standing_for(latent)
    others = (labels != 8) & (standing == 8)
    assert lands == standing[np.flatnonzero(labels != 8)[:500]].tolist()
    assert numbers(eight)[:3] == pytest.approx([9026, 8, others.sum()], abs=3)

    halfway = (latent.middles[3] + latent.middles[5]) / 2
    assert f"Halfway lies {latent.whereabouts(halfway).words}." in between
    assert f"Your point lies {latent.whereabouts(latent.middles[3]).words}" in between

    pair, shares = latent.most_alike(), shares_of(latent)
    assert f"The {pair.digit}s and the {pair.confused_with}s." in alike
    assert f"{percent(pair.confused)} are {pair.confused_with}s" in alike
    back = shares[pair.confused_with, pair.digit]
    assert f"Of those of {a(pair.confused_with)}, {percent(back)} are {pair.digit}s." in alike

    passed, near, few, many = walked(demo_data)
    assert f"differs from that by {percent(many)} of" in walk_told
    assert f"the one through 3 numbers by {percent(few)}." in walk_told
    assert f"by the places of {passed}, and {near} of its 12 codes" in walk_told

    image = torch.from_numpy(five)
    differences = (images - image).square().mean(dim=(1, 2))
    differences[differences < 1e-9] = torch.inf  # itself
    errors = [
        float((size.model(image[None, None])[0, 0] - image).square().mean())
        for size in demo_data.code_sizes
    ]
    first = next(i for i, error in enumerate(errors) if error < differences.min())
    assert f"the one most like yours, {a(labels[differences.argmin()])}, differs" in own
    assert f"by {three_figures(differences.min().item())} (mean squared error)" in own
    sizes = [size.size for size in demo_data.code_sizes]
    size = sizes[first]
    assert (
        f"With {size} numbers it comes back with an error of {three_figures(errors[first])}" in own
    )

    code = demo_data.dense.model.encode(torch.from_numpy(letters)[None, None])[0].numpy()
    found = likeliest(latent, code)
    assert f"lands {latent.whereabouts(code).words}, and comes back as {a(found)}:" in letter
    assert ("Right." in letter) == (found == 7)
    assert f"{latent.whereabouts(code).words}, and comes back as {a(found)}" in teachers_sheet()

    around = Counter(latent.labels[latent.nearest(latent.middle)[0]].tolist())
    assert f"The middle lies {latent.whereabouts(latent.middle).words}." in middle
    assert f"{around[4]} are 4s" in middle

    dense, conv = (
        [model.errors[labels == digit].double().mean().item() for digit in range(10)]
        for model in (demo_data.dense, demo_data.conv)
    )
    order = np.argsort(dense)[::-1]
    worst, best = int(order[0]), int(order[-1])
    assert f"{a(worst).capitalize()}: a mean error of {three_figures(dense[worst])}." in cost
    assert f"{a(best)} costs least ({three_figures(dense[best])})" in cost
    assert f"Your 8 is number {order.tolist().index(8) + 1} of ten" in cost
    assert f"it is {a(int(np.argmax(conv)))}, with {three_figures(max(conv))}" in cost


def standing_for(latent) -> np.ndarray:
    """The digit that each test digit's code stands for, (N,)."""
    around = latent.labels[latent.neighbours]
    gaps = np.linalg.norm(latent.codes[latent.neighbours[:, 0]] - latent.codes, axis=1)
    far = gaps > 4 * latent.usual_gap
    return np.where(far, around[:, 0], [common(labels) for labels in around])


def test_what_it_counts_is_what_python_counts(modules, demo_data):
    latent, labels = demo_data.latent, demo_data.digits.labels.numpy()
    found = modules.evaluate(
        """async (usualGap) => {
            const page = (path) => import(new URL(path, document.baseURI))
            const { lookAround, mostAlike, meanErrors } = await page("web/model/by_digit.js")
            const { loadTestDigits } = await page("web/shared/test_digits.js")
            const digits = await loadTestDigits()
            const { shares, standsFor } = await lookAround(digits, usualGap)
            return {
                shares,
                standsFor: [...standsFor],
                pair: mostAlike(shares),
                dense: meanErrors(digits.errors.dense, digits.labels),
                conv: meanErrors(digits.errors.conv, digits.labels),
            }
        }""",
        latent.usual_gap,
    )
    np.testing.assert_allclose(found["shares"], shares_of(latent), atol=5e-4)
    assert (found["standsFor"] != standing_for(latent)).mean() < 1e-3  # where two are as near
    pair = latent.most_alike()
    assert found["pair"] == [pair.digit, pair.confused_with]
    for name in ("dense", "conv"):
        errors = getattr(demo_data, name).errors.double().numpy()
        expected = [errors[labels == digit].mean() for digit in range(10)]
        np.testing.assert_allclose(found[name], expected, rtol=1e-6)


@torch.inference_mode()
def test_the_teacher_s_sheet_gives_the_answers_of_the_models_that_come_with_it(demo_data):
    latent, labels = demo_data.latent, demo_data.digits.labels.numpy()
    images = to_unit(demo_data.digits.images)
    kinds = Counter(labels[(labels != 8) & (standing_for(latent) == 8)].tolist())
    ((kind, count),) = kinds.most_common(1)
    around = [
        counts_in_words(latent.labels[latent.nearest(point)[0]])
        for point in ((latent.middles[3] + latent.middles[5]) / 2, latent.middle)
    ]
    pair = latent.most_alike()
    usual = np.median([cloud.gap for cloud in latent.clouds()])
    passed, near, few, many = walked(demo_data)
    sizes = [size.size for size in demo_data.code_sizes]
    apart = torch.cdist(images[:100].flatten(1), images.flatten(1)).square() / 784
    apart[torch.arange(100), torch.arange(100)] = torch.inf
    errors = torch.stack(
        [
            (size.model(images[:100]) - images[:100]).square().mean(dim=(1, 2, 3))
            for size in demo_data.code_sizes
        ]
    )
    needed = np.array(sizes)[(errors < apart.amin(dim=1)).int().argmax(dim=0)]
    errors = [
        [model.errors[labels == digit].double().mean().item() for digit in range(10)]
        for model in (demo_data.dense, demo_data.conv)
    ]
    order = np.argsort(errors[0])[::-1].tolist()
    costs = [three_figures(errors[0][digit]) for digit in order]
    for told in (
        f"Of the {(labels != 8).sum():,} test digits that are no 8, {kinds.total()} land among the "
        f"8s, most often {kind}s ({count}).",
        f"Halfway lies between a 3 and a 5: of the eight test digits nearest to it, {around[0]}.",
        f"The {pair.digit}s and the {pair.confused_with}s. Of the eight nearest neighbours of "
        f"{a(pair.digit)}, {percent(pair.confused)} are {pair.confused_with}s, and "
        f"{percent(pair.same)} are {pair.digit}s.",
        f"are {pair.gap:.1f} apart, where from one cloud to the nearest other it is usually "
        f"{usual:.1f}.",
        f"by at most {percent(many)} of what those differ by, the walk through 3 numbers by "
        f"{percent(few)}.",
        f"passes through {passed}, and {near} of its 12 codes lie",
        f"For the {labels[0]} that the page opens with, it takes {needed[0]} numbers;",
        f"it takes 2 to 4 for {((needed >= 2) & (needed <= 4)).sum()}.",
        f"{latent.whereabouts(latent.middle).words}: of the eight test digits nearest to it, "
        f"{around[1]}.",
        f"{a(order[0]).capitalize()}, with a mean error of {costs[0]}; next is {a(order[1])} "
        f"({costs[1]}); {a(order[-1])} costs least ({costs[-1]})",
        f"it is {a(int(np.argmax(errors[1])))}, with {three_figures(max(errors[1]))}.",
    ):
        assert told in teachers_sheet()


def test_of_a_teacher_s_own_model_the_answers_are_its_own(browser, demo_data, tmp_path):
    model = DenseAutoencoder.from_pretrained(OWN / "dense")
    with torch.no_grad():
        model.encoder[-1].weight[1] = 0  # the second number says nothing any more
    save_model(model, tmp_path / "dense")
    own = load_demo_data(tmp_path)
    app = build(own)
    _, url, _ = app.launch(prevent_thread_lock=True, quiet=True)
    page = browser.new_page(reduced_motion="reduce")
    page.goto(url)
    page.wait_for_selector(PAPER)
    open_lesson(page)
    assert "of 7" in sheet(page).inner_text()  # there are no models with other codes
    pair, others = own.latent.most_alike(), demo_data.latent.most_alike()
    assert pair.confused != pytest.approx(others.confused, abs=0.01)
    ask(page, 3)
    guess(page, *{str(pair.digit), str(pair.confused_with)})
    found = answer(page)
    assert "\N{CHECK MARK} Right." in found
    assert f"{percent(pair.confused)} are {pair.confused_with}s" in found
    ask(page, 6)
    guess(page, "0")
    assert f"The middle lies {own.latent.whereabouts(own.latent.middle).words}." in answer(page)
    ask(page, 7)
    guess(page, "0")
    labels = own.digits.labels
    errors = [own.dense.errors[labels == digit].double().mean().item() for digit in range(10)]
    worst = int(np.argmax(errors))
    assert f"{a(worst).capitalize()}: a mean error of {three_figures(max(errors))}." in answer(page)
    page.close()
    app.close(verbose=False)


def counts_in_words(labels: np.ndarray) -> str:
    counts = Counter(sorted(labels.tolist())).most_common()
    texts = [f"1 is {a(d)}" if count == 1 else f"{count} are {d}s" for d, count in counts]
    return " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


def teachers_sheet() -> str:
    return " ".join((ROOT / "docs/lesson.md").read_text("utf-8").split())


# ---- by finger, by keyboard ----


def test_the_lesson_is_gone_through_by_finger(browser, server):
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server)
    models_are_here(page)

    def tap(name):
        button = sheet(page).get_by_role("button", name=name, exact=True)
        assert button.bounding_box()["height"] >= 40
        button.tap()

    page.get_by_role("button", name="Lesson", exact=True).tap()
    for number, (choices, tab, where) in enumerate(QUESTIONS, start=1):
        for choice in choices:
            tap(choice)
        tap("Try it")
        assert_brought(page, tab, where)
        if number == 1:  # the paper can be drawn on
            paper_is_empty(page)
            page.locator(PAPER).tap()
            settle(page)
        tap("Answer")
        assert "You guessed" in answered(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        tap("Next question")
    assert "All answered" in sheet(page).inner_text()
    tap("Close the lesson")
    sheet(page).wait_for(state="hidden")
    context.close()
    assert errors == []


def test_the_lesson_is_gone_through_by_keyboard(page):
    page.locator("body").press("Tab")
    while page.evaluate("document.activeElement.innerText") != "Lesson":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for number, (choices, tab, where) in enumerate(QUESTIONS, start=1):
        sheet(page).get_by_text(f"Question {number} of 8").wait_for()
        for choice in choices:
            while page.evaluate("document.activeElement.dataset.choice") != choice:
                page.keyboard.press("Tab")
            page.keyboard.press("Enter")
        assert focused(page) == "Try it"
        page.keyboard.press("Enter")
        assert_brought(page, tab, where)
        if number == 1:  # the paper is empty: by keyboard, one takes a test digit
            paper_is_empty(page)
            page.get_by_label("Which test digit").select_option("8")
            page.get_by_text("This is an 8, test digit").first.wait_for()
            sheet(page).get_by_role("button", name="Try it").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert "You guessed" in answered(page)
        while focused(page) != "Next question":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    assert "All answered" in sheet(page).inner_text()
    page.keyboard.press("Escape")
    assert not sheet(page).is_visible()
    assert focused(page) == "Lesson"


def focused(page) -> str:
    return page.evaluate("document.activeElement.innerText")


# ---- what is remembered ----


def test_guesses_and_answers_outlive_a_reload_and_can_be_started_over(page):
    open_lesson(page)
    ask(page, 7)
    guess(page, "9")
    assert "\N{BALLOT X} Not so." in answer(page)
    assert "1 answered, 0 guessed right" in sheet(page).inner_text()
    do(page, "Guess again")
    guess(page, "4")
    assert "\N{CHECK MARK} Right." in answer(page)
    do(page, "Next question")
    guess(page, "0")

    page.reload()
    page.wait_for_selector(PAPER)
    assert not sheet(page).is_visible()
    open_lesson(page)
    assert "1 answered, 1 guessed right" in sheet(page).inner_text()
    ask(page, 8)
    assert "Your guess: 0." in sheet(page).inner_text()
    ask(page, 7)
    assert "Your guess: 4." in sheet(page).inner_text()
    assert answer(page).startswith("You guessed: 4.")

    do(page, "Start over")
    text = sheet(page).inner_text()
    assert "Question 1 of 8" in text
    assert "answered" not in text
    assert page.evaluate("localStorage.getItem('lesson')") == "{}"


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "null",
        "[]",
        '{"middle": 3}',
        '{"middle": {"guess": "4"}}',
        '{"middle": {"guess": ["x"]}}',
    ],
)
def test_whatever_the_storage_holds_the_lesson_opens(page, kept):
    page.evaluate("text => localStorage.setItem('lesson', text)", kept)
    open_lesson(page)
    ask(page, 7)
    guess(page, "4")
    assert "\N{CHECK MARK} Right." in answer(page)
    assert json.loads(page.evaluate("localStorage.getItem('lesson')"))["middle"]["right"] is True


def test_without_a_storage_it_works_as_long_as_the_page_is_open(page):
    page.add_init_script(
        """Object.defineProperty(window, "localStorage", {
            get() { throw new DOMException("refused", "SecurityError") }
        })"""
    )
    page.reload()
    page.wait_for_selector(PAPER)
    open_lesson(page)
    ask(page, 7)
    guess(page, "4")
    assert "\N{CHECK MARK} Right." in answer(page)
    do(page, "Close the lesson")
    open_lesson(page)
    assert "1 answered, 1 guessed right" in sheet(page).inner_text()


# ---- while one tries ----


def test_the_point_that_one_has_moved_is_what_is_judged(page, demo_data):
    latent = demo_data.latent
    open_lesson(page)
    ask(page, 2)
    guess(page, "Mostly 3s")
    do(page, "Try it")
    assert_brought(page, "Decode", "#decoder")
    page.locator("#decoder .words", has_text="Among the 3s.").wait_for()
    assert "Move it on, and ask again." in answer(page)
    halfway = ((latent.middles[3] + latent.middles[5]) / 2).round(1)
    for slider, value in zip(page.locator("#decoder input").all(), halfway, strict=True):
        slider.fill(str(value))
    words = latent.whereabouts(halfway).words
    assert words in ("between a 3 and a 5", "between a 5 and a 3")
    found = answer(page)
    assert f"Your point lies {words}" in found
    assert "You found it." in found


def test_an_empty_paper_is_no_answer(page):
    open_lesson(page)
    guess(page, "Yes")
    do(page, "Try it")
    paper_is_empty(page)
    assert "There is nothing on the paper now" in answer(page)
    assert "answered" not in sheet(page).locator(".progress").inner_text()


def test_nothing_is_below_the_sheet_for_good(page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_lesson(page)
    page.wait_for_function(  # until all is there, at the page's end
        """sheet => {
            scrollTo(0, document.documentElement.scrollHeight)
            const box = selector => document.querySelector(selector).getBoundingClientRect()
            return box("footer").bottom <= box(sheet).top
        }""",
        arg=SHEET,
    )
    do(page, "Close the lesson")
    page.wait_for_function("parseFloat(document.body.style.paddingBottom) === 0")


def test_the_lesson_is_fetched_when_it_is_opened(page):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.reload()
    models_are_here(page)
    assert not [url for url in fetched if "/lesson/" in url]
    open_lesson(page)
    assert [url for url in fetched if url.endswith("/lesson/lesson.js")]
