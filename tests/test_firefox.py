"""A short version of the page's tests in Firefox."""

import json
import os
import time

import numpy as np
import pytest
from firefox import PROGRAM, Firefox, firefox
from PIL import Image

TWO = [(0.3, 0.35), (0.4, 0.22), (0.6, 0.22), (0.68, 0.38), (0.3, 0.75), (0.5, 0.75), (0.72, 0.75)]
PICTURE = "[role=tabpanel] :is(canvas, svg, img)"
SHOWN = {"Latent space": "#latent-map canvas", "Decode": "#decoder canvas"}


@pytest.fixture(autouse=True)
def _installed():
    if not PROGRAM:
        if os.environ.get("CI"):
            pytest.fail("Firefox is missing, and on CI the page must be tested in it.")
        pytest.skip("Firefox is not installed: `apt-get install firefox-esr`, then run this again.")


def canvas(place: str) -> str:
    return f"document.querySelector('{place} canvas')"


def label_of(picture: Image.Image, digits) -> int:
    """The label of the test digit that the picture, dark on white, is most like."""
    ink = 255 - np.asarray(picture.resize((28, 28), Image.Resampling.BOX), dtype=np.float32)
    differences = digits.images[:, 0].numpy() - ink
    return int(digits.labels[np.square(differences).sum((1, 2)).argmin()])


def draw_a_2(visitor: Firefox, url: str) -> None:
    visitor.open(url)
    for place in ("#sketchpad", "#conv-reconstruction"):
        visitor.wait_for(f"!!{canvas(place)}")
    visitor.drag(canvas("#sketchpad"), TWO)


def assert_shows_a_2(visitor: Firefox, place: str, digits) -> None:
    """What is seen there is, or soon is, most like a 2 of all test digits."""
    give_up = time.monotonic() + 20
    while (label := label_of(visitor.picture(canvas(place)), digits)) != 2:
        assert time.monotonic() < give_up, f"{place} shows a {label}"


def test_firefox_draws_and_rebuilds_and_opens_each_tab(server, digits, tmp_path):
    with firefox(tmp_path) as visitor:
        draw_a_2(visitor, server)
        for place in ("#model-input", "#dense-reconstruction", "#conv-reconstruction"):
            assert_shows_a_2(visitor, place, digits)
        tabs = "[...document.querySelectorAll('[role=tab]')]"
        names = visitor.evaluate(f"{tabs}.map(tab => tab.textContent)")
        assert len(names) >= 4
        for name in names:
            tab = f"{tabs}.find(tab => tab.textContent === {json.dumps(name)})"
            visitor.drag(tab)
            visitor.wait_for(f"{tab}.ariaSelected === 'true'")
            shown = f"document.querySelectorAll({json.dumps(SHOWN.get(name, PICTURE))})"
            visitor.wait_for(f"[...{shown}].some(picture => picture.checkVisibility())")
        assert visitor.errors == []


def test_firefox_that_resists_fingerprinting_rebuilds_what_is_drawn(server, digits, tmp_path):
    with firefox(tmp_path, **{"privacy.resistFingerprinting": True}) as visitor:
        draw_a_2(visitor, server)
        for place in ("#model-input", "#dense-reconstruction", "#conv-reconstruction"):
            assert_shows_a_2(visitor, place, digits)
        assert visitor.errors == []
