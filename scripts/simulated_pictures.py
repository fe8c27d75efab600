"""What hands, pens, scanners, cameras and programs make of a digit: pictures to test drawing with.

Each of KINDS takes a test digit (28, 28) in [0, 1] and a random generator, and gives a picture: a
file's bytes, or grey values (H, W) in [0, 1]. Sizes, colours and strengths are drawn by chance.
"""

import io
import struct
from collections.abc import Callable

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFilter

Random = np.random.Generator
PAPER = (0.93, 0.92, 0.87)
BLUE, BLACK = (0.16, 0.23, 0.58), (0.10, 0.10, 0.12)


# ---- what hands and pens do; ink (H, W) in [0, 1] in and out ----


def enlarge(digit: np.ndarray, side: int = 280) -> np.ndarray:
    """(28, 28) -> (side, side) with a pen's sharp outline, which lies where the digit is half."""
    smooth = Image.fromarray(digit).resize((2 * side, 2 * side), Image.Resampling.BICUBIC)
    outline = (np.asarray(smooth) > 0.5).astype(np.float32)
    return np.asarray(Image.fromarray(outline).resize((side, side), Image.Resampling.BOX))


def thicken(ink: np.ndarray, share: float = 0.035) -> np.ndarray:
    """Strokes get wider by this share of the picture's side: by one of MNIST's pixels."""
    return _through_filter(ink, ImageFilter.MaxFilter, share)


def thin(ink: np.ndarray, share: float = 0.035) -> np.ndarray:
    """Strokes get narrower by this share of the side; where nothing would be left they stay."""
    return np.maximum(_through_filter(ink, ImageFilter.MinFilter, share), _middles(ink))


def trace(digit: np.ndarray, side: int, width: int = 9) -> np.ndarray:
    """(28, 28) -> (side, side): a thin pen along the strokes' middles; its width is of 280."""
    middles = Image.fromarray(_to_bytes(_middles(enlarge(digit)) > 0))
    line = middles.filter(ImageFilter.MaxFilter(width)).filter(ImageFilter.GaussianBlur(2))
    smooth = line.resize((2 * side, 2 * side), Image.Resampling.BICUBIC)
    outline = Image.fromarray((np.asarray(smooth) > 127).astype(np.float32))
    return np.asarray(outline.resize((side, side), Image.Resampling.BOX))


def move(ink: np.ndarray, random: Random) -> np.ndarray:
    """Onto paper of twice the size, anywhere on it."""
    height, width = ink.shape
    return put(ink, (2 * height, 2 * width), random)


def put(ink: np.ndarray, shape: tuple[int, int], random: Random) -> np.ndarray:
    """Onto paper of this shape, anywhere on it."""
    (height, width), moved = ink.shape, np.zeros(shape, np.float32)
    top = random.integers(0, shape[0] - height + 1)
    left = random.integers(0, shape[1] - width + 1)
    moved[top : top + height, left : left + width] = ink
    return moved


def tilt(ink: np.ndarray, degrees: float) -> np.ndarray:
    image = Image.fromarray(np.pad(ink, len(ink) // 8))
    return np.asarray(image.rotate(degrees, Image.Resampling.BILINEAR))


def _through_filter(ink: np.ndarray, kind: type, share: float) -> np.ndarray:
    size = 2 * round(share * len(ink) / 2) + 1  # the filters want an odd number
    return np.asarray(Image.fromarray(_to_bytes(ink)).filter(kind(size)), np.float32) / 255


def _middles(ink: np.ndarray) -> np.ndarray:
    """What is left of the strokes if they are worn off until just before they vanish."""
    image = Image.fromarray(_to_bytes(ink))
    middles = np.zeros_like(ink)
    while image.getbbox():
        worn = image.filter(ImageFilter.MinFilter(3))
        # What the way back doesn't bring back has been the middle of a stroke.
        back = worn.filter(ImageFilter.MaxFilter(3))
        middles = np.maximum(middles, (np.asarray(image, np.float32) - np.asarray(back)) / 255)
        image = worn
    return middles.clip(0, 1)


# ---- colours, light and cameras; pictures (H, W, 3) in [0, 1] ----


def on_paper(ink: np.ndarray) -> np.ndarray:
    """Ink -> grey values, black on white."""
    return 1 - ink


def coloured(ink: np.ndarray, ground: tuple | np.ndarray, pen: tuple) -> np.ndarray:
    """Ink (H, W) -> (H, W, 3); the ground is a colour or a picture."""
    return np.asarray(ground) + ink[:, :, None] * (np.asarray(pen) - np.asarray(ground))


def lamp(shape: tuple, random: Random, darkest: float = 0.4) -> np.ndarray:
    """(H, W, 1): a lamp at one side and dark corners."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    angle = random.uniform(0, 2 * np.pi)
    slope = (x * np.cos(angle) + y * np.sin(angle)) / np.sqrt(2)
    light = (1 + darkest) / 2 + (1 - darkest) / 2 * slope
    return (light * (1 - 0.15 * (x**2 + y**2)))[:, :, None]


def camera(
    picture: np.ndarray, random: Random, blur: float = 1.2, noise: float = 0.02, quality: int = 85
) -> bytes:
    """A JPEG, with the lens's blur and the sensor's noise."""
    blurred = Image.fromarray(_to_bytes(picture)).filter(ImageFilter.GaussianBlur(blur))
    noisy = np.asarray(blurred) / 255 + random.normal(0, noise, (*picture.shape[:2], 1))
    return as_file(noisy, "JPEG", quality=quality)


def photograph(ink: np.ndarray, random: Random) -> bytes:
    """A JPEG: blue ink on yellowish paper, a lamp at one side, dark corners, noise and blur."""
    return camera(
        coloured(_framed(ink), (0.93, 0.92, 0.86), BLUE) * lamp((800, 800), random),
        random,
        2.5,
        0.03,
        80,
    )


def as_file(picture: np.ndarray, kind: str = "PNG", **settings) -> bytes:
    file = io.BytesIO()
    Image.fromarray(_to_bytes(picture)).save(file, kind, **settings)
    return file.getvalue()


def _framed(ink: np.ndarray, side: int = 800) -> np.ndarray:
    """With margins of a quarter, on a square of this side."""
    image = Image.fromarray(np.pad(ink, len(ink) // 4))
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC)).clip(0, 1)


def _to_bytes(picture: np.ndarray) -> np.ndarray:
    return np.round(255 * picture.clip(0, 1)).astype(np.uint8)


def _pen(random: Random) -> tuple:
    return [BLUE, BLACK, (0.55, 0.13, 0.15), (0.35, 0.35, 0.36)][random.integers(4)]


# ---- paper on a table, ruled paper, scans ----


def on_table(table: str) -> Callable:
    def picture(digit: np.ndarray, random: Random) -> bytes:
        """A sheet that fills 50 to 95 % of the width, a little askew and seen from the side."""
        side = 900
        size = round(random.uniform(0.35, 0.7) * 800)
        ink = put(enlarge(digit, size), (800, round(800 * random.uniform(0.8, 1))), random)
        sheet = Image.fromarray(_to_bytes(coloured(ink, PAPER, _pen(random))))
        width = random.uniform(0.5, 0.95) * side
        height = min(width * sheet.height / sheet.width, 0.95 * side)
        angle = np.radians(random.uniform(-5, 5))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2 * [width, height] @ turn.T
        room = (side - np.array([width, height])) / 2
        corners += side / 2 + random.uniform(-0.7, 0.7, 2) * room
        corners += random.uniform(-0.02, 0.02, (4, 2)) * width
        ends = [(0, 0), (sheet.width, 0), (sheet.width, sheet.height), (0, sheet.height)]
        solve = []
        for (x, y), (u, v) in zip(corners, ends, strict=True):
            solve += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        how = np.linalg.solve(solve, np.ravel(ends))
        put_on = ((side, side), Image.Transform.PERSPECTIVE, how, Image.Resampling.BILINEAR)
        there = np.asarray(Image.new("L", sheet.size, 255).transform(*put_on))[:, :, None] / 255
        seen = np.asarray(sheet.transform(*put_on)) / 255
        whole = _table(table, side, random) * (1 - there) + seen * there
        return camera(whole * lamp((side, side), random, 0.6), random)

    return picture


def _table(kind: str, side: int, random: Random) -> np.ndarray:
    colour = {"dark": (0.14, 0.13, 0.13), "wooden": (0.58, 0.40, 0.24), "light": (0.76, 0.73, 0.69)}
    grain = Image.fromarray(random.normal(0, 1, (side // 3, 6)).astype(np.float32))
    grain = np.asarray(grain.resize((side, side), Image.Resampling.BICUBIC))
    strength = 0.10 if kind == "wooden" else 0.02
    return np.array(colour[kind]) * (1 + strength * grain[:, :, None])


def _lines(shape: tuple, spacing: float, width: float, squared: bool, skew: float) -> np.ndarray:
    """Ruled lines as ink (H, W)."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)

    def along(across: np.ndarray) -> np.ndarray:
        distance = abs((across + spacing / 2) % spacing - spacing / 2)
        return (width / 2 + 0.5 - distance).clip(0, min(1, width))

    ink = along(y + skew * x - 0.4 * spacing)
    return np.maximum(ink, along(x - skew * y - 0.4 * spacing)) if squared else ink


def scan_of(squared: bool) -> Callable:
    def picture(digit: np.ndarray, random: Random) -> bytes:
        """A scan of ruled or squared paper: straight, or a little askew and with noise."""
        askew = random.integers(2)
        spacing = random.uniform(40, 80) if squared else random.uniform(60, 110)
        skew = np.tan(np.radians(random.uniform(-1.5, 1.5))) * askew
        lines = _lines((800, 800), spacing, random.uniform(0.8, 2.2), squared, skew)
        tint = [(0.55, 0.67, 0.85), (0.65, 0.65, 0.68), (0.80, 0.62, 0.62)][random.integers(3)]
        size = random.integers(300, 700)
        ink = enlarge(digit, size)
        if random.integers(2):
            ink = trace(digit, size, 2 * random.integers(3, 7) + 1)
        ink = put(ink, (800, 800), random)
        page = coloured(ink, coloured(lines, PAPER, tint), [BLUE, BLACK][random.integers(2)])
        return camera(page, random, 0.6, 0.01, 90) if askew else as_file(page)

    return picture


def ruled_sheet(digit: np.ndarray, random: Random) -> bytes:
    """A photo of a whole ruled A5 sheet with a ballpoint digit of 8 to 30 mm; 8 pixels a mm."""
    millimetre, shape = 8, (1680, 1184)
    height = random.uniform(8, 30) * millimetre
    ink = put(trace(digit, round(height * 28 / 20)), shape, random)
    skew = np.tan(np.radians(random.uniform(-1.5, 1.5)))
    lines = _lines(shape, 8 * millimetre, 0.25 * millimetre, False, skew)
    page = coloured(ink, coloured(0.8 * lines, PAPER, (0.60, 0.68, 0.80)), BLUE)
    return camera(page * lamp(shape, random, 0.6), random, 1.0, 0.02)


def scan_with_edge(digit: np.ndarray, random: Random) -> bytes:
    """A black edge of 1 to 60 pixels on one to four sides of the scan."""
    page = coloured(put(enlarge(digit, 560), (800, 800), random), (1, 1, 1), BLACK)
    if random.integers(2):
        page = page * 0.96 + random.normal(0, 0.01, page.shape)
    for side in random.permutation(4)[: random.integers(1, 5)]:
        wide = round(60 ** random.uniform(0, 1))
        np.rot90(page, side)[:wide] = 0.02
    return as_file(page)


# ---- what programs make ----


def plotted(digit: np.ndarray, random: Random) -> bytes:
    """matplotlib's imshow and savefig: margins, with or without axes."""
    figure = Figure(figsize=[(6.4, 4.8), (4, 4), (3, 3)][random.integers(3)])
    axes = figure.subplots()
    axes.imshow(digit, cmap=["viridis", "gray", "magma"][random.integers(3)])
    if random.integers(2):
        axes.axis("off")
    elif random.integers(2):
        axes.set_title("a digit")
    file = io.BytesIO()
    figure.savefig(file)
    return file.getvalue()


def colour_map(digit: np.ndarray, random: Random) -> bytes:
    """matplotlib's imsave, or the same enlarged."""
    maps = ["jet", "viridis", "plasma", "inferno", "hot", "turbo", "cividis", "gray", "Blues"]
    picture = colormaps[maps[random.integers(len(maps))]](digit)[:, :, :3]
    return as_file(np.kron(picture, np.ones((random.integers(1, 11),) * 2 + (1,))))


def white_frame(digit: np.ndarray, random: Random) -> bytes:
    """Light on dark in a white frame of one pixel, at 28x28 or enlarged."""
    ink = [digit, enlarge(digit, 112), enlarge(digit, 280)][random.integers(3)]
    return as_file(np.pad(ink, 1, constant_values=1))


def screenshot(digit: np.ndarray, random: Random) -> bytes:
    """A window with a title, some words, and a dark square with a light digit."""
    ground = (255,) * 3 if random.integers(2) else (240, 240, 245)
    window = Image.new("RGB", (random.integers(500, 900), random.integers(480, 600)), ground)
    draw = ImageDraw.Draw(window)
    draw.rectangle((0, 0, window.width, 28), fill=(222, 225, 230))
    draw.text((12, 8), "Digits - a notebook", fill=(40, 40, 40))
    draw.text((40, 50), "plt.imshow(images[0], cmap='gray')", fill=(30, 60, 160))
    side = random.integers(260, 400)
    left, top = random.integers(20, window.width - side - 19), random.integers(75, 480 - side)
    square = Image.fromarray(_to_bytes(np.pad(digit, 2))).resize(
        (side, side), Image.Resampling.NEAREST
    )
    window.paste(square.convert("RGB"), (int(left), int(top)))
    return as_file(np.asarray(window) / 255)


def transparent(digit: np.ndarray, random: Random) -> bytes:
    """Half-transparent ink on nothing."""
    ink = move(enlarge(digit), random) * random.uniform(0.15, 0.6)
    pen = [(0, 0, 0), (1, 1, 1), BLUE, (0.8, 0.1, 0.1)][random.integers(4)]
    rgb = np.broadcast_to(pen, (*ink.shape, 3))
    return as_file(np.concatenate([rgb, ink[:, :, None]], axis=2))


def bitmap_without_alpha(digit: np.ndarray, random: Random) -> bytes:
    """A BMP of 32 bits a pixel whose fourth byte is 0 everywhere."""
    grey = _to_bytes(on_paper(move(enlarge(digit), random)))
    pixels = np.stack([grey, grey, grey, np.zeros_like(grey)], axis=2)[::-1].tobytes()
    height, width = grey.shape
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 108, width, height, 1, 32, 3, len(pixels), 0, 0, 0, 0)
    header += struct.pack("<4I", *masks) + b"BGRs" + bytes(48)
    start = 14 + len(header)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + pixels


# ---- other grounds and lights ----


def shadow(digit: np.ndarray, random: Random) -> bytes:
    """A hard shadow over half of the paper, its edge through the digit."""
    y, x = np.mgrid[-1:1:800j, -1:1:800j]
    angle = random.uniform(0, 2 * np.pi)
    dark = (x * np.cos(angle) + y * np.sin(angle) > random.uniform(-0.3, 0.3)).astype(np.float32)
    return _shaded(digit, dark, random.uniform(1, 6), random)


def phone_shadow(digit: np.ndarray, random: Random) -> bytes:
    """The shadow of the phone that takes the photo, from one side into the digit."""
    dark = Image.new("L", (800, 800))
    left, top = random.integers(100, 400), random.integers(250, 450)
    box = (left, top, left + random.integers(300, 420), 900)
    ImageDraw.Draw(dark).rounded_rectangle([int(at) for at in box], 40, fill=255)
    turned = np.rot90(np.asarray(dark) / 255, random.integers(4))
    return _shaded(digit, turned, random.uniform(4, 14), random)


def _shaded(digit: np.ndarray, dark: np.ndarray, soft: float, random: Random) -> bytes:
    edge = Image.fromarray(_to_bytes(dark)).filter(ImageFilter.GaussianBlur(soft))
    light = 1 - random.uniform(0.35, 0.65) * np.asarray(edge)[:, :, None] / 255
    page = coloured(_framed(enlarge(digit)), PAPER, _pen(random))
    return camera(page * light * lamp((800, 800), random, 0.75), random)


LIKE_COLOURS = {  # ink, ground
    "red on blue": ((0.80, 0.25, 0.20), (0.35, 0.50, 0.75)),
    "blue on red": ((0.25, 0.40, 0.85), (0.80, 0.30, 0.25)),
    "green on red": ((0.20, 0.55, 0.25), (0.85, 0.33, 0.30)),
    "orange on green": ((0.85, 0.45, 0.10), (0.35, 0.62, 0.35)),
}


def like_colours(photo: bool) -> Callable:
    def picture(digit: np.ndarray, random: Random) -> bytes:
        """Ink and ground of like brightness but another colour."""
        pen, ground = list(LIKE_COLOURS.values())[random.integers(len(LIKE_COLOURS))]
        page = coloured(_framed(enlarge(digit)), ground, pen)
        return camera(page * lamp((800, 800), random, 0.6), random) if photo else as_file(page)

    return picture


def pencil(digit: np.ndarray, random: Random) -> bytes:
    """A photo of a pencil's thin grainy grey line, from H to 3H."""
    strength = random.uniform(0.18, 0.45) + random.normal(0, 0.05, (560, 560))
    ink = put(trace(digit, 560) * strength.clip(0.08, 1), (800, 800), random)
    page = coloured(ink, PAPER, (0.15, 0.15, 0.17))
    return camera(page * lamp((800, 800), random, 0.6), random, 1.0, 0.015)


def chalk(digit: np.ndarray, random: Random) -> bytes:
    """A photo of chalk on a blackboard or a greenboard that was wiped before."""
    board = [(0.16, 0.17, 0.17), (0.14, 0.27, 0.22)][random.integers(2)]
    smear = Image.fromarray(random.normal(0, 1, (9, 9)).astype(np.float32))
    smear = np.asarray(smear.resize((800, 800), Image.Resampling.BICUBIC))[:, :, None]
    dust = random.uniform(0.5, 1, (800, 800))
    page = coloured(
        _framed(enlarge(digit)) * dust, np.array(board) + 0.015 * smear, (0.9, 0.9, 0.87)
    )
    return camera(page * lamp((800, 800), random, 0.6), random)


def whiteboard(digit: np.ndarray, random: Random) -> bytes:
    """A photo of a whiteboard with a lamp's glare."""
    y, x = np.mgrid[-1:1:800j, -1:1:800j]
    at_x, at_y = random.uniform(-1, 1, 2)
    glare = np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / random.uniform(0.02, 0.1))[:, :, None]
    pen = [(0.1, 0.2, 0.6), (0.1, 0.1, 0.1), (0.7, 0.1, 0.1)][random.integers(3)]
    page = coloured(_framed(enlarge(digit)), (0.72, 0.74, 0.76), pen)
    return camera(page * lamp((800, 800), random, 0.7) + 0.25 * glare, random)


def tiny_jpeg(digit: np.ndarray, random: Random) -> bytes:
    """28x28 pixels as a JPEG, as data sets come, light on dark or dark on light."""
    picture = digit if random.integers(2) else on_paper(digit)
    return as_file(picture, "JPEG", quality=int(random.integers(50, 95)))


KINDS: dict[str, Callable[[np.ndarray, Random], np.ndarray | bytes]] = {
    "enlarged": lambda digit, random: on_paper(enlarge(digit)),
    "thickened": lambda digit, random: on_paper(thicken(enlarge(digit))),
    "thinned": lambda digit, random: on_paper(thin(enlarge(digit))),
    "moved": lambda digit, random: on_paper(move(enlarge(digit), random)),
    "tilted": lambda digit, random: on_paper(tilt(enlarge(digit), random.uniform(-15, 15))),
    "inverted": lambda digit, random: enlarge(digit),
    "photographed": lambda digit, random: photograph(enlarge(digit), random),
    "pencil": pencil,
    "chalk": chalk,
    "whiteboard": whiteboard,
    "28x28 JPEG": tiny_jpeg,
    "on a dark table": on_table("dark"),
    "on a wooden table": on_table("wooden"),
    "on a light table": on_table("light"),
    "ruled scan": scan_of(squared=False),
    "squared scan": scan_of(squared=True),
    "ruled A5 sheet": ruled_sheet,
    "scan with edge": scan_with_edge,
    "plotted": plotted,
    "colour map": colour_map,
    "white frame": white_frame,
    "screenshot": screenshot,
    "hard shadow": shadow,
    "phone's shadow": phone_shadow,
    "like colours": like_colours(photo=False),
    "their photo": like_colours(photo=True),
    "half-transparent": transparent,
    "BMP, alpha zero": bitmap_without_alpha,
}
