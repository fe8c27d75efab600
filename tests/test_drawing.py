"""Drawings and photos become what MNIST would have made of them, and bad files a sentence."""

import io
import sys

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image, ImageOps

from autoencoder.drawing import DrawingError, find_ink, prepare_digit, read_image

sys.path.insert(0, str(ROOT / "scripts"))
from evaluate_drawings import Reader
from simulated_pictures import (
    KINDS,
    enlarge,
    move,
    on_paper,
    photograph,
    thicken,
    thin,
    tilt,
)

# How close digits come back: the mean difference of a pixel, over the digits of a test. Four of
# five land on the same pixels; the others, whose centre of mass lies between two, beside them.
CLOSE = 0.03
# How close the same picture in two files comes: only the file's own losses.
THE_SAME = 0.004


@pytest.fixture(scope="module")
def originals(digits):
    """Twenty test digits, (28, 28) in [0, 1] each."""
    return list(digits.images[:20, 0].numpy().astype(np.float32) / 255)


@pytest.fixture(scope="module")
def picture(originals):
    """The first of them as people draw: black on white, and larger."""
    return on_paper(enlarge(originals[0]))


@pytest.fixture(scope="module")
def picture_prepared(picture):
    return prepared(picture)


def prepared(picture: np.ndarray) -> np.ndarray:
    return prepare_digit(find_ink(picture)).image


def difference(ours: list[np.ndarray], originals: list[np.ndarray]) -> float:
    return float(np.abs(np.stack(ours) - np.stack(originals)).mean())


def as_file(image: Image.Image | np.ndarray, kind: str = "PNG", **settings) -> bytes:
    if isinstance(image, np.ndarray):
        image = Image.fromarray(np.round(255 * image).astype(np.uint8))
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


# ---- digits come back ----


def test_close_is_closer_than_a_shift_by_one_pixel(originals):
    shifted = [np.roll(digit, 1, axis=1) for digit in originals]
    assert difference(shifted, originals) > 1.5 * CLOSE


@pytest.mark.parametrize("side", [112, 280, 999])
def test_enlarged_digits_come_back(originals, side):
    ours = [prepared(on_paper(enlarge(digit, side))) for digit in originals]
    assert difference(ours, originals) < CLOSE


def test_digits_come_back_from_any_place_on_the_paper(originals):
    random = np.random.default_rng(0)
    ours = [prepared(on_paper(move(enlarge(digit), random))) for digit in originals]
    assert difference(ours, originals) < CLOSE


def test_where_a_digit_stands_makes_no_difference_at_all(originals):
    picture = enlarge(originals[0])
    corner = np.zeros((900, 700), np.float32)
    corner[:280, 420:] = picture
    np.testing.assert_array_equal(prepare_digit(corner).image, prepare_digit(picture).image)


def test_light_on_dark_is_the_same_as_dark_on_light(originals):
    for digit in originals:
        ink = enlarge(digit)
        np.testing.assert_allclose(prepared(ink), prepared(on_paper(ink)), atol=1e-5)


def test_faint_ink_on_grey_paper_counts_in_full(originals):
    ours = [prepared(0.6 - 0.2 * enlarge(digit)) for digit in originals]
    assert difference(ours, originals) < CLOSE


def test_photographed_digits_come_back(originals):
    random = np.random.default_rng(0)
    ours = [prepared(read_image(photograph(enlarge(digit), random))) for digit in originals]
    assert difference(ours, originals) < 1.2 * CLOSE


@pytest.mark.parametrize("change", [thicken, thin, lambda ink: tilt(ink, 15)])
def test_thick_thin_and_tilted_digits_are_rebuilt_as_well_as_the_originals(
    demo_data, originals, change
):
    reconstruct = demo_data.reconstruct
    before = np.mean([reconstruct(on_paper(digit)).conv.mse for digit in originals])
    after = np.mean([reconstruct(on_paper(change(enlarge(d)))).conv.mse for d in originals])
    assert after < 1.1 * before


def test_a_hair_line_is_thickened(originals):
    line = np.zeros((500, 500), np.float32)
    line[100:400, 249:251] = 1
    across = prepare_digit(line).image[14]
    assert 1.5 < across.sum() < 2.5


def test_dust_does_not_move_the_digit(originals):
    picture = enlarge(originals[0])
    dusty = np.pad(picture, 200)
    dusty[20:23, 20:23] = dusty[600:603, 650:652] = 1
    np.testing.assert_array_equal(prepare_digit(dusty).image, prepare_digit(picture).image)


# ---- real pictures: what is on them can still be told ----

CASES = {
    "colour_red_on_blue_card.png": 0,
    "imsave_jet.png": 0,
    "lined_scan.png": 0,
    "mnist_whiteframe_1.png": 0,
    "rgba_black_0.45.png": 0,
    "savefig_viridis_off.png": 0,
    "scanborder_1_r.png": 0,
    "scanborder_20_lrtb.png": 0,
    "shadow_phone.jpg": 0,
    "sheet_ruled_8mm_ballpoint.jpg": 4,
    "squared_scan.png": 0,
    "table_wood_0.85.jpg": 0,
}
TOLD = (1, 2, 3)  # test digits of three labels


@pytest.fixture(scope="module")
def reader(digits):
    return Reader(digits)


@pytest.mark.parametrize(("name", "label"), CASES.items(), ids=list(CASES))
def test_the_digit_of_a_case_is_seen(reader, name, label):
    image = prepared(read_image(ROOT / "tests/cases" / name))
    assert reader(image[None])[0] == label


@pytest.mark.parametrize("kind", KINDS)
def test_digits_are_seen_on_each_kind_of_picture(digits, originals, reader, kind):
    random = np.random.default_rng(0)
    pictures = [KINDS[kind](originals[index], random) for index in TOLD]
    pictures = [read_image(p) if isinstance(p, bytes) else p for p in pictures]
    images = np.stack([prepared(picture) for picture in pictures])
    assert reader(images, np.array(TOLD)).tolist() == digits.labels[list(TOLD)].tolist()


def test_colours_without_colour_are_the_same_as_grey_values(picture):
    colours = np.repeat(picture[:, :, None], 3, axis=2)
    np.testing.assert_array_equal(find_ink(colours), find_ink(picture))


def test_a_large_one_on_plain_paper_is_no_ruled_line():
    paper = np.ones((800, 600), np.float32)
    paper[50:750, 290:300] = 0.2
    assert prepare_digit(find_ink(paper)).box[3] == 20


# ---- what it was prepared to ----


def test_the_shape_is_kept_and_the_longer_side_is_twenty_pixels(originals):
    bar = np.zeros((300, 300), np.float32)
    bar[50:250, 100:150] = 1  # four times as high as wide
    left, top, width, height = prepare_digit(bar).box
    assert (width, height) == (5, 20)
    assert (left, top) == pytest.approx((11.5, 4), abs=0.5)


def test_the_centre_of_mass_lies_where_that_of_the_test_digits_lies(digits, originals):
    def centre(image):
        places, mass = np.argwhere(image > 0), image[image > 0]
        return mass @ places / mass.sum()

    theirs = np.mean([centre(image) for image in digits.images[:500, 0].numpy() / 255], axis=0)
    ours = np.mean([centre(prepared(on_paper(enlarge(digit)))) for digit in originals], axis=0)
    np.testing.assert_allclose(ours, theirs, atol=0.3)
    for digit in originals:
        found = prepare_digit(enlarge(digit))
        assert np.abs(np.array(found.centre) - 14.5).max() <= 0.51
        row, column = centre(found.image)
        assert found.centre == pytest.approx((column + 0.5, row + 0.5), abs=1e-3)


@pytest.mark.parametrize("shade", [0, 0.3, 1])
def test_an_empty_picture_is_no_error(shade):
    prepared = prepare_digit(find_ink(np.full((200, 300), shade)))
    assert not prepared.image.any()
    assert prepared.box[2:] == (0, 0)


# ---- files ----


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_each_kind_of_file_can_be_read(picture, picture_prepared, kind):
    grey = read_image(as_file(picture, kind))
    assert grey.shape == (280, 280, 3)
    assert grey.dtype == np.float32
    assert difference([prepared(grey)], [picture_prepared]) < THE_SAME


def test_a_path_can_be_read(tmp_path, picture):
    (tmp_path / "digit.png").write_bytes(as_file(picture))
    assert read_image(tmp_path / "digit.png").shape == (280, 280, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_the_camera_was_held(picture, picture_prepared, orientation):
    upright = Image.fromarray(np.round(255 * picture).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright
    for _ in range(8):  # EXIF's turns and mirrorings: one of them, or a few times, undoes it
        turned = stored.copy()
        turned.getexif()[0x0112] = orientation
        if np.array_equal(ImageOps.exif_transpose(turned), upright):
            break
        stored = ImageOps.exif_transpose(turned)
    grey = read_image(as_file(stored, "JPEG", exif=exif, quality=95))
    assert difference([prepared(grey)], [picture_prepared]) < THE_SAME


@pytest.mark.parametrize("shade", [0, 255], ids=["black ink", "white ink"])
def test_ink_on_a_transparent_ground_is_seen(picture, picture_prepared, shade):
    alpha = Image.fromarray(np.round(255 * (1 - picture)).astype(np.uint8))
    image = Image.merge("LA", (Image.new("L", alpha.size, shade), alpha))
    assert difference([prepared(read_image(as_file(image)))], [picture_prepared]) < THE_SAME


def test_a_palette_and_sixteen_bits_can_be_read(picture, picture_prepared):
    grey = np.round(255 * picture).astype(np.uint8)
    palette = Image.fromarray(grey).convert("P")
    sixteen = Image.fromarray(grey.astype(np.uint16) * 257)
    for image in (palette, sixteen):
        assert difference([prepared(read_image(as_file(image)))], [picture_prepared]) < THE_SAME


def test_a_large_photo_is_shrunk(picture):
    large = Image.fromarray(np.round(255 * picture).astype(np.uint8))
    grey = read_image(as_file(large.resize((4000, 3000)), "JPEG"))
    assert grey.shape == (750, 1000, 3)


def test_of_an_animation_the_first_picture_counts(originals):
    pictures = [on_paper(enlarge(digit)) for digit in originals]
    frames = [Image.fromarray(np.round(255 * picture).astype("u1")) for picture in pictures]
    file = as_file(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert difference([prepared(read_image(file))], [prepared(pictures[0])]) < THE_SAME


WHITE = Image.new("L", (100, 100), 255)
BAD_FILES = {
    "empty": (b"", "This file is empty"),
    "text": (b"a digit", "not a whole picture"),
    "a PDF by another name": (b"%PDF-1.7\n" + b"0" * 500, "not a whole picture"),
    "cut short": (as_file(Image.effect_noise((300, 300), 90))[:5000], "not a whole picture"),
    "a damaged header": (as_file(WHITE)[:8] + b"?" * 90, "not a whole picture"),
    "another format": (as_file(WHITE, "TIFF"), "not a whole picture"),
    "too small": (as_file(Image.new("L", (7, 7))), "too narrow"),
    "too narrow": (as_file(Image.new("L", (10, 900))), "too narrow"),
    "too many pixels": (as_file(Image.new("1", (20_000, 20_000))), "too many pixels"),
    "too many bytes": (b"\xff" * 20_000_001, "too large"),
}


@pytest.mark.parametrize(("data", "message"), BAD_FILES.values(), ids=list(BAD_FILES))
def test_what_is_no_usable_picture_gets_a_sentence(data, message):
    with pytest.raises(DrawingError, match=message):
        read_image(data)


def test_a_missing_file_and_a_wrong_type_get_a_sentence(tmp_path):
    for path in (tmp_path / "missing.png", tmp_path, None):
        with pytest.raises(DrawingError, match="can't be opened"):
            read_image(path)
