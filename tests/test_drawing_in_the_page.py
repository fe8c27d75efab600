"""What the browser makes of strokes and of pictures is what autoencoder.drawing makes of them."""

import base64
import gzip
import sys

import numpy as np
import pytest
from conftest import ROOT

from autoencoder.drawing import find_ink, prepare_digit, read_image

sys.path.insert(0, str(ROOT / "scripts"))
from simulated_pictures import KINDS, enlarge, move, thicken, thin

GREY_VALUE = 1 / 255

# Arrays travel as base64 of packed float32, colours as base64 of a packed byte each.
IN_PAGE = """
async ({ task, arrays }) => {
    const page = (path) => import(new URL(`web/drawing/${path}`, document.baseURI));
    const { prepareDigit } = await page("prepare_digit.js");
    const { findInk } = await page("find_ink.js");
    const { Drawing, SIDE } = await page("strokes.js");
    const through = (stream, body) => new Response(body.pipeThrough(stream)).arrayBuffer();
    const bytes = async (text) => {
        const response = await fetch(`data:application/octet-stream;base64,${text}`);
        return through(new DecompressionStream("gzip"), response.body);
    };
    const floats = async (text) => new Float32Array(await bytes(text));
    const base64 = async (array) => {
        const { body } = new Response(Float32Array.from(array));
        const packed = new Uint8Array(await through(new CompressionStream("gzip"), body));
        let text = "";
        for (let i = 0; i < packed.length; i += 30000) {
            text += String.fromCharCode(...packed.subarray(i, i + 30000));
        }
        return btoa(text);
    };
    const tasks = {
        async prepare({ data, shape: [height, width] }) {
            const { image, box, centre } = prepareDigit(await floats(data), width, height);
            return [...image, ...box, ...centre];
        },
        async find({ data, shape: [height, width] }) {
            const values = new Uint8Array(await bytes(data));
            const colours = new Float32Array(values).map((value) => value / 255);
            return findInk(colours, width, height).data;
        },
        draw(steps) {
            return new Drawing(steps).ink;
        },
        drawBitByBit(steps) {
            const drawing = new Drawing([{ clear: true }]);
            for (const { points, ...pen } of steps) {
                drawing.begin({ points: points.slice(0, 2), ...pen });
                for (let i = 2; i < points.length; i += 2) drawing.extend(points.slice(i, i + 2));
                drawing.end();
            }
            return drawing.ink;
        },
        drawAndPrepare: (steps) => prepareDigit(new Drawing(steps).ink, SIDE, SIDE).image,
    };
    const results = [];
    for (const array of arrays) results.push(await base64(await tasks[task](array)));
    return results;
}
"""


def in_page(page, task: str, arrays: list) -> list[np.ndarray]:
    sent = [
        {"data": base64.b64encode(gzip.compress(a.tobytes(), 1)).decode(), "shape": a.shape}
        if isinstance(a, np.ndarray)
        else a
        for a in arrays
    ]
    texts = page.evaluate(IN_PAGE, {"task": task, "arrays": sent})
    return [np.frombuffer(gzip.decompress(base64.b64decode(text)), np.float32) for text in texts]


def unit(digits, indices) -> list[np.ndarray]:
    """Test digits, (28, 28) in [0, 1] each."""
    return [digits.images[i, 0].numpy().astype(np.float32) / 255 for i in indices]


# ---- preparing ----


def specked(ink: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """On larger paper with dust far from the digit and beside it."""
    dusty = np.pad(ink, 100)
    for y, x in random.integers(0, len(dusty) - 3, (6, 2)):
        dusty[y : y + 3, x : x + 3] = 1
    return dusty


INKS = {
    "as it is": lambda digit, random: digit,
    "six times as large": lambda digit, random: digit.repeat(6, axis=0).repeat(6, axis=1),
    "enlarged": lambda digit, random: enlarge(digit, int(random.integers(60, 400))),
    "thinned": lambda digit, random: thin(enlarge(digit)),
    "thickened": lambda digit, random: thicken(enlarge(digit)),
    "moved": lambda digit, random: move(enlarge(digit), random),
    "with specks": lambda digit, random: specked(enlarge(digit), random),
    "faint": lambda digit, random: 0.3 * enlarge(digit),
    "stretched": lambda digit, random: enlarge(digit)[::2],
    "empty": lambda digit, random: np.zeros_like(digit),
}


def test_a_digit_is_prepared_as_by_python(modules, digits):
    random = np.random.default_rng(0)
    originals = unit(digits, range(0, 200, 20))
    for name, change in INKS.items():
        inks = [change(digit, random).astype("<f4") for digit in originals]
        for ink, found in zip(inks, in_page(modules, "prepare", inks), strict=True):
            prepared = prepare_digit(ink)
            np.testing.assert_allclose(
                found[:784], prepared.image.ravel(), rtol=0, atol=GREY_VALUE, err_msg=name
            )
            np.testing.assert_allclose(
                found[784:], [*prepared.box, *prepared.centre], atol=0.01, err_msg=name
            )


# ---- pictures ----


def as_bytes(picture: bytes | np.ndarray) -> np.ndarray:
    """A file's bytes, colours or grey values in [0, 1] -> colours (H, W, 3), uint8."""
    if isinstance(picture, bytes):
        picture = read_image(picture)
    colours = np.round(255 * picture).astype(np.uint8)
    return colours if colours.ndim == 3 else np.repeat(colours[:, :, None], 3, axis=2)


def assert_found_as_by_python(page, colours: np.ndarray):
    expected = find_ink(colours.astype(np.float32) / 255)
    (found,) = in_page(page, "find", [colours])
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=0, atol=GREY_VALUE)


def test_the_ink_of_pictures_of_all_kinds_is_found_as_by_python(modules, digits):
    random = np.random.default_rng(0)
    assert len(KINDS) > 20
    originals = unit(digits, range(len(KINDS)))
    for digit, kind in zip(originals, KINDS.values(), strict=True):
        colours = as_bytes(kind(digit, random))
        step = 2 if max(colours.shape) > 600 else 1  # quicker; the hard pictures are whole
        assert_found_as_by_python(modules, colours[::step, ::step])


def test_the_ink_of_the_hard_pictures_is_found_as_by_python(modules):
    files = sorted((ROOT / "tests/cases").glob("*.*g"))
    assert len(files) > 10
    for file in files:
        assert_found_as_by_python(modules, as_bytes(file.read_bytes()))


def test_an_even_picture_has_no_ink(modules):
    for value in (0, 128, 255):
        picture = np.full((120, 90, 3), value, np.uint8)
        assert not in_page(modules, "find", [picture])[0].any()


# ---- strokes ----

ZIGZAG = [0.2, 0.2, 0.5, 0.3, 0.8, 0.2, 0.7, 0.5, 0.2, 0.8, 0.9, 0.8]


def test_a_stroke_has_the_ink_of_a_round_pen(modules):
    """Of each pixel, the share of 8x8 places in it that are no farther from the line than that."""
    start, end, width = np.array([0.2, 0.25]), np.array([0.7, 0.6]), 0.1
    stroke = {"points": [*start, *end], "width": width}
    (ink,) = in_page(modules, "draw", [[{"clear": True}, stroke]])
    side, line = 168, end - start
    at = (np.arange(8 * side) + 0.5) / (8 * side)
    away = np.stack(np.meshgrid(at, at), axis=-1) - start  # (H, W, 2): x, y
    along = (away @ line / (line @ line)).clip(0, 1)
    inked = np.linalg.norm(away - along[..., None] * line, axis=-1) < width / 2
    expected = inked.reshape(side, 8, side, 8).mean(axis=(1, 3))
    difference = np.abs(ink.reshape(side, side) - expected)
    assert difference.max() < 0.1
    assert difference.sum() < 0.01 * expected.sum()


@pytest.mark.parametrize("size", [0.1, 0.3, 1])
def test_a_stroke_that_grows_leaves_the_same_ink_as_one_that_is_whole(modules, size):
    points = [size * place for place in ZIGZAG]
    steps = [
        {"points": points, "width": 0.085},
        {"points": [0.9 - place for place in points], "width": 0.06},
        {"points": [size * 0.4, 0, size * 0.6, size], "width": 0.1, "erase": True},
    ]
    (whole,) = in_page(modules, "draw", [[{"clear": True}, *steps]])
    (grown,) = in_page(modules, "drawBitByBit", [steps])
    np.testing.assert_array_equal(grown, whole)
    assert whole.any()


def test_the_eraser_takes_ink_away(modules):
    stroke = {"points": [0.1, 0.5, 0.9, 0.5], "width": 0.085}
    eraser = {"points": [0.3, 0.5, 0.6, 0.5], "width": 0.14, "erase": True}
    drawn, erased = in_page(modules, "draw", [[stroke], [stroke, eraser]])
    row = erased.reshape(168, 168)[84]
    assert not row[int(0.3 * 168) : int(0.6 * 168)].any()
    assert row[int(0.15 * 168)] == row[int(0.85 * 168)] == 1
    assert erased.sum() < drawn.sum()


def test_a_test_digit_comes_back_exactly(modules, digits):
    indices = range(0, 1000, 50)
    steps = [[{"picture": digits.images[i, 0].flatten().tolist(), "side": 28}] for i in indices]
    for ink, digit in zip(in_page(modules, "draw", steps), unit(digits, indices), strict=True):
        np.testing.assert_allclose(ink.reshape(28, 6, 28, 6).mean(axis=(1, 3)), digit, atol=1e-6)


# ---- any size ----


def skeleton(inked: np.ndarray) -> np.ndarray:
    """The middles of the strokes, a pixel wide: Zhang and Suen, Communications of the ACM, 1984."""
    image = np.pad(inked, 1)
    around = ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
    while True:
        before = image.sum()
        for first in (True, False):
            near = [np.roll(image, shift, (0, 1)) for shift in around]  # from north, clockwise
            count = np.sum(near, axis=0)
            ends = sum(~a & b for a, b in zip(near, near[1:] + near[:1], strict=True))
            north, east, south, west = near[::2]
            if first:
                kept = (north & east & south) | (east & south & west)
            else:
                kept = (north & east & west) | (north & south & west)
            image = image & ~((count >= 2) & (count <= 6) & (ends == 1) & ~kept)
        if image.sum() == before:
            return image[1:-1, 1:-1]


def strokes(middles: np.ndarray, share: float, width: float) -> list[dict]:
    """A digit drawn with a pen along its middles, as large as this share of the paper."""
    y, x = np.nonzero(middles)
    extent = max(np.ptp(x), np.ptp(y))
    places = {
        (column, row): (
            float(0.5 + share * (column - x.min()) / extent - share / 2),
            float(0.5 + share * (row - y.min()) / extent - share / 2),
        )
        for column, row in zip(x.tolist(), y.tolist(), strict=True)
    }
    return [
        {"points": [*place, *places[column + right, row + down]], "width": width}
        for (column, row), place in places.items()
        for right, down in ((1, 0), (0, 1), (1, 1), (1, -1))
        if (column + right, row + down) in places
    ]


def test_small_drawings_are_read_as_well_as_large_ones(modules, digits):
    """Read right: the nearest of all other test digits is of the same class."""
    middles = [skeleton(enlarge(digit, 112) > 0.5) for digit in unit(digits, range(40))]
    others = digits.images.flatten(1).numpy().astype(np.float32) / 255
    squares = np.square(others).sum(axis=1)
    labels = digits.labels.numpy()

    def read_right(share: float, width: float) -> int:
        drawings = [[{"clear": True}, *strokes(digit, share, width)] for digit in middles]
        images = np.stack(in_page(modules, "drawAndPrepare", drawings))
        # of the squared distance all but the image's own square, which is the same to each other
        distances = squares - 2 * images @ others.T
        np.fill_diagonal(distances, np.inf)  # itself
        return int((labels[distances.argmin(axis=1)] == labels[:40]).sum())

    for width in (0.06, 0.085, 0.12):
        at_half = read_right(0.5, width)
        assert at_half >= 37
        for share in (0.125, 0.25):
            assert read_right(share, width) >= at_half - 1
