"""The digits' colours can be seen on their ground, and told apart by the colour-blind, too."""

from itertools import combinations

import numpy as np
import pytest

from autoencoder import figures

# What is left of linear red, green and blue without one kind of cone: Machado, Oliveira and
# Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009.
EYES = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(  # of sRGB: IEC 61966-2-1
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = TO_XYZ.sum(axis=1)


def linear(colour: str | tuple) -> np.ndarray:
    """ "#rrggbb", or three numbers up to 255, as amounts of light (3,) in [0, 1]."""
    if isinstance(colour, str):
        colour = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    share = np.array(colour) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """Linear red, green and blue as CIELAB."""
    x, y, z = (
        np.cbrt(share) if share > 216 / 24389 else (24389 / 27 * share + 16) / 116
        for share in TO_XYZ @ np.clip(light, 0, 1) / WHITE
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """How different two colours in CIELAB look.

    Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula: implementation notes", 2005,
    equations 2 to 22.
    """
    (l1, a1, b1), (l2, a2, b2) = one, other
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - np.sqrt(chroma**7 / (chroma**7 + 25**7)) / 2
    a1, a2 = stretch * a1, stretch * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2([b1, b2], [a1, a2])) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2

    def cos(degrees: float) -> float:
        return np.cos(np.radians(degrees))

    weight = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue)
    weight += 0.32 * cos(3 * hue + 6) - 0.2 * cos(4 * hue - 63)
    distance = (lightness - 50) ** 2
    lighter = (l2 - l1) / (1 + 0.015 * distance / np.sqrt(20 + distance))
    stronger = (c2 - c1) / (1 + 0.045 * chroma)
    turned = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * weight)
    blue = np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))
    mixed = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(blue)
    return np.sqrt(lighter**2 + stronger**2 + turned**2 + mixed * stronger * turned)


def contrast(one: str | tuple, other: str | tuple) -> float:
    """From 1 to 21: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted(TO_XYZ[1] @ linear(colour) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("one", "other", "expected"),  # of the paper's table 1
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ],
)
def test_the_formula_gives_what_its_authors_have_published(one, other, expected):
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_any_two_digits_differ_in_colour_for_all_eyes(theme, eyes):
    seen = [lab(EYES[eyes] @ linear(colour)) for colour in figures.DIGIT_COLOURS_BY_THEME[theme]]
    assert len(seen) == 10
    assert min(ciede2000(*pair) for pair in combinations(seen, 2)) > 17


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_points_stand_out_from_the_ground_whatever_their_colour_means(browser, server, theme):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server}?__theme={theme}")
    page.get_by_role("tab", name="Latent space").click()
    page.wait_for_selector("#latent-scatter .names b")
    shades = page.evaluate(
        """async () => (await import(
            new URL("web/components/latent_map/points.js", document.baseURI)
        )).SHADES.map((shade) => shade.match(/[0-9]+/g).map(Number))"""
    )
    assert len(shades) == 256
    for ground in ("#latent-scatter", "#latent-map .map", "#reconstruction .map"):
        colour = page.locator(ground).first.evaluate(
            """element => getComputedStyle(element).backgroundColor.match(/[0-9]+/g).map(Number)"""
        )
        for point in [*figures.DIGIT_COLOURS_BY_THEME[theme], *map(tuple, shades)]:
            assert contrast(point, tuple(colour[:3])) > 3, (point, colour)
    context.close()
