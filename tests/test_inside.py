"""The layers between, in a real browser: each shows what PyTorch gives, and what a unit does."""

import copy
import inspect
import re

import numpy as np
import pytest
import torch
from page_actions import (
    PAPER,
    SEVEN,
    draw,
    ink,
    models_are_here,
    pixels,
    prepared_digit,
    settle,
    wait_for_change,
)
from test_networks_in_the_page import as_base64, odd_convolutions, odd_padding
from torch import nn

from autoencoder.data import to_unit
from autoencoder.demo.exported_layers import exported_layers, line
from autoencoder.layers import layers as layers_met
from autoencoder.models import ConvAutoencoder, DenseAutoencoder

WEIGHTED = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
PARTS = ("encoder", "decoder")
LAYERS = "#inside .layers canvas[tabindex]"

# A model of ours by its name, or any other one by its layers and weights; then `script`.
IN_PAGE = """
async ({ name, layers, weights, image, part, off, places }) => {
    const page = (path) => import(new URL(`web/model/${path}.js`, document.baseURI));
    const { Autoencoder, loadAutoencoder } = await page("autoencoder");
    const { rebuildInSteps } = await page("steps");
    const { weightedSum } = await page("weighted_sum");
    const floats = (text) =>
        new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
    const withWeights = (part) => layers[part].map((layer, at) => {
        const found = { ...layer };
        for (const kind of ["weight", "bias"]) {
            const stored = weights[`${part}.${at}.${kind}`];
            if (stored) found[kind] = { data: floats(stored.data), shape: stored.shape };
        }
        return found;
    });
    const model = name
        ? await loadAutoencoder(name)
        : new Autoencoder(withWeights("encoder"), withWeights("decoder"));
    const { steps, image: rebuilt } = rebuildInSteps(model, part, floats(image), off);
    return {
        outputs: steps.map((step) => step.outputs.map(({ data }) => [...data])),
        rebuilt: [...rebuilt],
        sums: (places ?? []).map(([at, index]) => {
            const [layer] = steps[at].layers;
            const sum = weightedSum(layer, steps[at - 1].output, steps[at].outputs[0], index);
            return { ...sum, weights: [...sum.weights.data], products: [...sum.products.data] };
        }),
    };
}
"""


def in_page(page, model, part, image, name=None, **more):
    sent = {"image": as_base64(image.numpy()), "part": part, **more}
    if name:
        sent["name"] = name
    else:
        sent["layers"] = exported_layers(model)
        sent["weights"] = {
            key: {"data": as_base64(tensor.numpy()), "shape": list(tensor.shape)}
            for key, tensor in model.state_dict().items()
        }
    return page.evaluate(IN_PAGE, sent)


@torch.inference_mode()
def outputs_of(model, part, image) -> list[torch.Tensor]:
    """What comes out of each layer of a part, by forward hooks; each without the batch."""
    found = []
    hooks = [
        layer.register_forward_hook(lambda _layer, _input, output: found.append(output[0].clone()))
        for layer in getattr(model, part)
    ]
    model(image.reshape(1, 1, 28, 28))
    for hook in hooks:
        hook.remove()
    return found


def steps_of(model, part) -> list[range]:
    """The places of each step's layers: one that has weights, and those without that follow it."""
    kinds = [isinstance(layer, WEIGHTED) for layer in getattr(model, part)]
    starts = [at for at, weighted in enumerate(kinds) if weighted]
    return [range(a, b) for a, b in zip(starts, [*starts[1:], len(kinds)], strict=True)]


def units_of(layer) -> int:
    return layer.weight.shape[1 if isinstance(layer, nn.ConvTranspose2d) else 0]


@torch.inference_mode()
def without_unit(model, part, image, step, unit) -> np.ndarray:
    """The reconstruction if a unit of a step, counted from 1, gives 0: by a forward hook."""
    places = steps_of(model, part)[step - 1]
    first, last = getattr(model, part)[places[0]], getattr(model, part)[places[-1]]

    def zero(_layer, _input, output):
        changed = output.clone()
        changed.reshape(1, units_of(first), -1)[:, unit] = 0
        return changed

    hook = last.register_forward_hook(zero)
    rebuilt = model(image.reshape(1, 1, 28, 28))
    hook.remove()
    return rebuilt.clamp(0, 1).reshape(28, 28).numpy()


MODELS = {
    "dense": None,
    "conv": None,
    "other kernels and activations": odd_convolutions,
    "other paddings": odd_padding,
}


@pytest.fixture
def model(request, demo_data):
    make = MODELS[request.param]
    torch.manual_seed(0)
    return make().eval() if make else getattr(demo_data, request.param).model


all_models = pytest.mark.parametrize(
    ("model", "name"),
    [(key, None if make else key) for key, make in MODELS.items()],
    indirect=["model"],
    ids=MODELS,
)


# ---- what it computes ----


@all_models
@pytest.mark.parametrize("part", PARTS)
def test_each_layer_gives_what_pytorch_s_hooks_see(modules, digits, model, name, part):
    for image in to_unit(digits.images[:5]):
        expected = outputs_of(model, part, image)
        found = in_page(modules, model, part, image, name)["outputs"]
        flat = [output for step in found for output in step][1:]  # without what goes in
        assert len(flat) == len(expected)
        assert [len(step) for step in found[1:]] == [len(step) for step in steps_of(model, part)]
        for mine, theirs in zip(flat, expected, strict=True):
            np.testing.assert_allclose(mine, theirs.flatten(), rtol=0, atol=1e-4)


@all_models
@pytest.mark.parametrize("part", PARTS)
def test_without_a_unit_the_reconstruction_is_pytorch_s_without_it(
    modules, digits, model, name, part
):
    image = to_unit(digits.images[4])
    for step in range(1, len(steps_of(model, part)) + 1):
        for unit in (0, 1):
            if unit >= units_of(getattr(model, part)[steps_of(model, part)[step - 1][0]]):
                continue  # the last one has a single map
            off = {"step": step, "unit": unit}
            found = in_page(modules, model, part, image, name, off=off)["rebuilt"]
            expected = without_unit(model, part, image, step, unit)
            np.testing.assert_allclose(found, expected.ravel(), rtol=0, atol=1e-4)


@all_models
@pytest.mark.parametrize("part", PARTS)
def test_the_sum_behind_a_number_is_pytorch_s(modules, digits, model, name, part):
    """Its weights are the derivatives by what goes in; where there are none, it doesn't look.

    A weight may be 0, so where it looks is where a kernel of ones would have derivatives.
    """
    image = to_unit(digits.images[7])
    random = np.random.default_rng(0)
    outputs = outputs_of(model, part, image)
    steps = steps_of(model, part)
    places = []
    for at, step in enumerate(steps, start=1):
        size = outputs[step[0]].numel()
        places += [(at, int(index)) for index in {0, size - 1, *random.integers(size, size=4)}]
    sums = in_page(modules, model, part, image, name, places=places)["sums"]
    before = image if part == "encoder" else outputs_of(model, "encoder", image)[-1]
    for (at, index), found in zip(places, sums, strict=True):
        first = steps[at - 1][0]
        layer = getattr(model, part)[first]
        goes_in = before if first == 0 else outputs[first - 1]
        goes_in = goes_in[None].clone().requires_grad_()
        number = layer(goes_in).flatten()[index]
        (derivative,) = torch.autograd.grad(number, goes_in)
        ones = copy.deepcopy(layer)
        nn.init.ones_(ones.weight)
        (looks,) = torch.autograd.grad(ones(goes_in).flatten()[index], goes_in)
        assert found["sum"] + found["bias"] == pytest.approx(number.item(), abs=1e-4)
        assert sum(found["products"]) == pytest.approx(found["sum"], abs=1e-4)
        assert found["met"] == looks.count_nonzero()
        met = derivative[looks != 0]
        assert set(met.tolist()) <= set(found["weights"])
        if isinstance(layer, nn.Linear):
            np.testing.assert_array_equal(found["weights"], derivative.flatten())
            assert found["window"] is None
        elif len(met):
            _, rows, columns = looks[0].nonzero(as_tuple=True)
            left, top = columns.min().item(), rows.min().item()
            width, height = columns.max().item() - left + 1, rows.max().item() - top + 1
            assert found["window"] == [left, top, width, height]


@pytest.mark.parametrize("kind", [DenseAutoencoder, ConvAutoencoder])
def test_the_line_of_a_layer_is_that_of_models_py(kind):
    model = kind()
    source = inspect.getsource(kind).replace("latent_dim", str(model.latent_dim))
    source = re.sub(r"\(\s+|\s+\)", lambda bracket: bracket.group().strip(), source)
    at = 0
    for layer in (*model.encoder, *model.decoder):
        at = source.index(line(layer), at) + 1  # in their order


@pytest.mark.parametrize("make", [odd_convolutions, odd_padding])
def test_the_line_of_any_layer_makes_that_layer(make):
    model = make()
    model.encoder.append(nn.Dropout(0.25))
    model.encoder.append(nn.ConvTranspose2d(3, 2, (5, 4), bias=False, padding=(2, 1)))
    for layer in (*model.encoder, *model.decoder):
        assert repr(eval(line(layer))) == repr(layer)


# ---- what it shows ----


def coder(page, model, part):
    return page.locator(f"#reconstruction .{model} .{part}")


def open_inside(page, model, part):
    models_are_here(page)
    coder(page, model, part).press("Enter")
    page.locator(LAYERS).first.wait_for()
    settle(page)


def unit_on_page(page, step, across, down):
    """Where a square of a step's picture is; steps are counted from 1."""
    canvas = page.locator(LAYERS).nth(step - 1)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    width, height = canvas.evaluate("canvas => [canvas.width, canvas.height]")
    return (
        box["x"] + (across + 0.5) / width * box["width"],
        box["y"] + (down + 0.5) / height * box["height"],
    )


def shown(page, canvas: str, at: int = 0) -> np.ndarray:
    """The numbers that a picture shows as shares of its scale, orange above zero: (H, W)."""
    return np.array(
        page.locator(canvas)
        .nth(at)
        .evaluate(
            """canvas => {
                const { width, height } = canvas
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height)
                return Array.from({ length: height }, (_, y) =>
                    Array.from({ length: width }, (_, x) => {
                        const at = 4 * (y * width + x)
                        return (data[at] < data[at + 2] ? -1 : 1) * data[at + 3] / 255
                    }))
            }"""
        )
    )


def says(page, part: str, text: str):
    """Waits until a part of the panel says so."""
    page.locator(f"#inside {part}", has_text=text).wait_for()


def image_on_page(page) -> torch.Tensor:
    settle(page)
    return torch.from_numpy(prepared_digit(page))


@pytest.mark.parametrize("name", ["dense", "conv"])
@pytest.mark.parametrize("part", PARTS)
def test_every_layer_is_shown_as_it_is_and_follows_the_pen(page, demo_data, name, part):
    model = getattr(demo_data, name).model
    open_inside(page, name, part)
    draw(page, SEVEN)
    outputs = outputs_of(model, part, image_on_page(page))
    steps = steps_of(model, part)
    assert page.locator(LAYERS).count() == len(steps)
    for at, step in enumerate(steps):
        expected = outputs[step[-1]].numpy()
        picture = shown(page, LAYERS, at)
        if part == "decoder" and at == len(steps) - 1:
            np.testing.assert_allclose(picture, expected[0], atol=1 / 255)
            continue
        if outputs[step[0]].ndim == 3 and outputs[step[0]].shape[-1] > 1:
            maps, height, width = outputs[step[0]].shape
            tiles = picture.reshape(picture.shape[0] // height, height, -1, width)
            picture = tiles.swapaxes(1, 2).reshape(maps, height, width)
        end = page.locator("#inside .layers > figure").nth(at + 1).locator(".scale output").last
        scale = float(end.text_content())
        assert np.abs(expected).max() <= scale * 1.0001
        assert np.abs(expected).max() > scale / 2
        found = picture.reshape(expected.shape) * scale
        np.testing.assert_allclose(found, expected, rtol=0, atol=scale * 0.6 / 255)


@pytest.mark.parametrize(
    ("name", "part", "step", "unit", "square"),
    [
        ("dense", "encoder", 1, 34, (2, 2)),  # 128 units: 8 rows of 16
        ("dense", "decoder", 2, 19, (3, 2)),  # 64 units: 8 rows of 8
        ("conv", "encoder", 1, 5, (20, 17)),  # 16 maps of 14x14: 4 rows of 4
        ("conv", "decoder", 1, 9, (10, 9)),  # 32 maps of 7x7: 4 rows of 8
    ],
)
def test_a_unit_that_is_switched_off_shows_what_pytorch_loses(
    page, demo_data, name, part, step, unit, square
):
    model = getattr(demo_data, name).model
    open_inside(page, name, part)
    page.mouse.click(*unit_on_page(page, step, *square))
    says(page, "h4", f" {unit + 1} of ")
    assert not ink(page, "#inside .change canvas").any()
    page.get_by_role("button", name="Switch it off").click()
    assert_without(page, model, part, step, unit)
    assert ink(page, "#inside .change canvas").max() > 0.5  # a unit that matters
    says(page, ".words", "it passes 0 on")

    draw(page, SEVEN)  # it stays off, for any drawing
    assert_without(page, model, part, step, unit)

    page.get_by_role("button", name="On again").click()
    image = image_on_page(page)
    np.testing.assert_allclose(
        ink(page, "#inside .rebuilt canvas"),
        model(image.reshape(1, 1, 28, 28)).detach().reshape(28, 28),
        atol=1.5 / 255,
    )
    assert not ink(page, "#inside .change canvas").any()


def assert_without(page, model, part, step, unit):
    image = image_on_page(page)
    expected = without_unit(model, part, image, step, unit)
    np.testing.assert_allclose(ink(page, "#inside .rebuilt canvas"), expected, atol=1.5 / 255)
    whole = model(image.reshape(1, 1, 28, 28)).detach().reshape(28, 28).numpy()
    end = float(page.locator("#inside .change .scale output").last.text_content())
    change = shown(page, "#inside .change canvas") * end
    np.testing.assert_allclose(change, expected - whole, rtol=0, atol=end * 0.6 / 255 + 1e-4)


def test_of_the_unit_under_the_mouse_its_weights_its_sum_and_its_lines_are_shown(page, demo_data):
    model = demo_data.dense.model
    open_inside(page, "dense", "encoder")
    page.mouse.move(*unit_on_page(page, 1, 2, 2))
    settle(page)
    linear = model.encoder[1]
    end = float(page.locator("#inside .unit > figure .scale output").nth(1).text_content())
    weights = shown(page, "#inside .unit > figure canvas") * end
    expected = linear.weight[34].detach().reshape(28, 28)
    np.testing.assert_allclose(weights, expected, atol=end * 0.6 / 255)

    image = image_on_page(page)
    value = linear(image.flatten())[34].item()
    bias = linear.bias[34].item()
    text = page.locator("#inside .words").text_content().replace("\N{MINUS SIGN}", "-")
    assert text == (
        f"784 inputs times their weights = {value - bias:.2f}, "
        f"plus the bias {bias:.2f} = {value:.2f}. ReLU keeps it."
    )
    lines = page.locator("#inside .python").text_content()
    assert lines == "nn.Linear(784, 128)\nnn.ReLU()"


def test_the_lines_and_the_pictures_are_those_of_the_layers(page, demo_data):
    open_inside(page, "conv", "decoder")
    _, met = layers_met(demo_data.conv.model)
    captions = page.locator("#inside .layers > figure figcaption").all_text_contents()
    assert captions == ["The code: 64", "32 maps, 7 x 7", "16 maps, 14 x 14", "Rebuilt"]
    assert [layer.shape for layer in met[1::2]] == [(32, 7, 7), (16, 14, 14), (1, 28, 28)]
    page.mouse.click(*unit_on_page(page, 2, 20, 17))
    says(page, "h4", "Map 6 of 16, row 4, column 7:")
    lines = page.locator("#inside .python").text_content().split("\n")
    decoder = demo_data.conv.model.decoder
    assert lines == [line(decoder[3]), line(decoder[4])]


# ---- opening and closing ----


def is_open(page) -> bool:
    return page.locator("#inside .panel").is_visible()


def focused(page) -> str | None:
    return page.evaluate(
        "() => (({ model, part } = {}) => model && `${model} ${part}`)"
        "(document.activeElement?.dataset)"
    )


def pressed(page) -> list[str]:
    return page.locator("#inside header [aria-pressed=true]").all_text_contents()


def test_closed_it_fetches_nothing_and_paints_nothing(browser, server):
    context = browser.new_context(viewport={"width": 1366, "height": 625})
    page = context.new_page()
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(server)
    page.wait_for_selector(PAPER)
    models_are_here(page)
    settle(page)

    def own():
        names = [url.partition("/web/")[2] for url in fetched]
        return {name for name in names if "inside/" in name or "model/steps" in name}

    assert own() == {"components/inside/inside.js"}  # the few lines that wait for the first press
    coder(page, "conv", "encoder").click()
    page.locator(LAYERS).first.wait_for()
    settle(page)
    assert {"components/inside/panel.js", "model/steps.js"} <= own()
    page.keyboard.press("Escape")
    assert not is_open(page)
    before = page.locator(LAYERS).first.evaluate("canvas => canvas.toDataURL()")
    draw(page, SEVEN)
    settle(page)
    assert page.locator(LAYERS).first.evaluate("canvas => canvas.toDataURL()") == before
    context.close()


def test_it_opens_by_mouse_and_by_key_and_closes_with_the_focus_where_it_was(page):
    models_are_here(page)
    for act in (
        lambda shape: shape.click(),
        lambda shape: shape.press("Enter"),
        lambda shape: shape.press("Space"),
    ):
        shape = coder(page, "dense", "encoder")
        act(shape)
        page.locator(LAYERS).first.wait_for()
        assert shape.get_attribute("aria-expanded") == "true"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#inside') !== null")
        page.keyboard.press("Escape")
        assert not is_open(page)
        assert focused(page) == "dense encoder"
        assert shape.get_attribute("aria-expanded") == "false"
    coder(page, "dense", "encoder").press("Enter")
    page.get_by_role("button", name="Close", exact=True).click()
    assert not is_open(page)
    assert focused(page) == "dense encoder"


def test_a_press_on_another_shape_switches_and_one_on_the_same_closes(page):
    open_inside(page, "dense", "encoder")
    page.locator(LAYERS).first.press("Enter")  # a unit is off
    says(page, ".rebuilt figcaption", "Without unit")
    coder(page, "conv", "decoder").press("Enter")
    assert pressed(page) == ["convolutional", "decoder"]
    says(page, ".rebuilt figcaption", "Rebuilt")
    assert page.locator(LAYERS).count() == 3
    page.locator("#inside header").get_by_role("button", name="encoder").click()
    assert pressed(page) == ["convolutional", "encoder"]
    assert page.locator(".coder[aria-expanded=true]").count() == 1
    coder(page, "conv", "encoder").press("Enter")
    assert not is_open(page)


def test_arrow_keys_go_from_unit_to_unit_and_enter_switches_one_off_and_on(page):
    open_inside(page, "conv", "encoder")
    layer = page.locator(LAYERS).first
    page.mouse.click(*unit_on_page(page, 1, 20, 17))
    for key, expected in (
        ("ArrowRight", "Map 6 of 16, row 4, column 8"),
        ("ArrowUp", "Map 6 of 16, row 3, column 8"),
        ("Shift+ArrowDown", "Map 10 of 16, row 3, column 8"),
        ("Shift+ArrowLeft", "Map 9 of 16, row 3, column 8"),
        ("Shift+ArrowLeft", "Map 9 of 16, row 3, column 8"),  # there is none further left
    ):
        layer.press(key)
        says(page, "h4", f"{expected}:")
    layer.press("Enter")
    says(page, ".rebuilt figcaption", "Without map 9")
    layer.press("Space")
    says(page, ".rebuilt figcaption", "Rebuilt")


def test_a_finger_opens_it_chooses_a_unit_and_draws_on(browser, server):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(server)
    models_are_here(page)
    coder(page, "dense", "encoder").tap()
    page.locator(LAYERS).first.wait_for()
    settle(page)
    page.touchscreen.tap(*unit_on_page(page, 1, 2, 2))
    says(page, "h4", "Unit 35 of 128")
    page.get_by_role("button", name="Switch it off").tap()
    says(page, ".rebuilt figcaption", "Without unit 35")
    before = pixels(page, "#inside .rebuilt canvas")
    box = page.locator(PAPER).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait_for_change(page, "#inside .rebuilt canvas", before)
    context.close()


@pytest.mark.parametrize("size", [(1366, 625), (1024, 768), (820, 1180), (390, 844), (844, 390)])
def test_the_paper_stays_free_beside_the_panel_and_nothing_is_wider_than_it(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for model in ("dense", "conv"):
        for part in PARTS:
            open_inside(page, model, part)
            box = page.locator(PAPER).bounding_box()
            for x, y in ((0.1, 0.1), (0.9, 0.1), (0.5, 0.5)):
                at = [box["x"] + x * box["width"], box["y"] + y * box["height"]]
                assert page.evaluate(
                    "([x, y, paper]) => document.elementFromPoint(x, y).matches(paper)",
                    [*at, PAPER],
                )
            overflow = "panel => panel.scrollWidth - panel.clientWidth"
            assert page.locator("#inside .panel").evaluate(overflow) <= 0
            assert page.locator("#inside .panel").bounding_box()["height"] > 300
            page.keyboard.press("Escape")
