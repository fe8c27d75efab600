"""What the tests of the Latent space tab do there and see."""

import io

import numpy as np
import pytest
from PIL import Image

GRAPH = "#latent-scatter .js-plotly-plot"
PICK = "#latent-pick"


def open_map(page) -> None:
    """Opens the tab, and waits until the drawing (the first test digit) is picked on it."""
    page.emulate_media(reduced_motion="reduce")  # the cloud doesn't turn by itself
    page.get_by_role("tab", name="Latent space").click()
    wait(page, "graph => graph?.data?.[12]?.x?.length === 1")


def wait(page, condition: str, arg: object = None) -> None:
    """Until `condition`, a function of Plotly's element, holds."""
    page.wait_for_function(
        f"arg => ({condition})(document.querySelector('{GRAPH}'), arg)", arg=arg, timeout=60_000
    )


def frames(page, count: int) -> None:
    """Until the browser has drawn so many."""
    page.evaluate(
        """async (count) => {
            while (count--) await new Promise((drawn) => requestAnimationFrame(drawn))
        }""",
        count,
    )


def camera(page) -> dict:
    return page.eval_on_selector(GRAPH, "graph => graph._fullLayout.scene._scene.getCamera().eye")


def rests(page) -> None:
    """Until the cloud turns no more."""
    before = None
    while (now := camera(page)) != before:
        before = now
        frames(page, 10)


def seen_by_plotly(page, codes: np.ndarray) -> np.ndarray:
    """Codes (N, 3) -> (N, 3): pixels from the cloud's left and top, and how far before the eye."""
    scene = page.eval_on_selector(
        GRAPH,
        """graph => {
            const { glplot, dataScale } = graph._fullLayout.scene._scene
            const { model, view, projection } = glplot.cameraParams
            const { clientWidth, clientHeight } = graph.querySelector(".gl-container canvas")
            const matrices = [projection, view, model].map((matrix) => [...matrix])
            return { matrices, scale: [...dataScale], size: [clientWidth, clientHeight] }
        }""",
    )
    projection, view, model = (np.reshape(matrix, (4, 4)).T for matrix in scene["matrices"])
    places = np.concatenate([codes * scene["scale"], np.ones((len(codes), 1))], axis=1)
    x, y, _, depth = projection @ view @ model @ places.T
    width, height = scene["size"]
    return np.stack([(1 + x / depth) / 2 * width, (1 - y / depth) / 2 * height, depth], axis=1)


def seen(page, element: str) -> np.ndarray:
    """A screenshot of an element: (height, width, 3), 0 to 255."""
    picture = Image.open(io.BytesIO(page.locator(element).screenshot()))
    return np.asarray(picture.convert("RGB"), int)


def coloured(picture: np.ndarray) -> np.ndarray:
    """Which pixels show points: neither the ground, nor the grid, nor text (height, width)."""
    return picture.max(axis=2) - picture.min(axis=2) > 40


def happens(page, event: str, trace: int, point: int) -> None:
    """Plotly tells of a point under the pointer. It finds the point with the graphics card."""
    page.eval_on_selector(  # after a press that is no mouse's, by which a drag may begin
        GRAPH,
        """(graph, [name, curveNumber, pointNumber]) => {
            graph.dispatchEvent(new PointerEvent("pointerdown", { pointerType: "touch" }))
            graph.emit(name, { points: [{ curveNumber, pointNumber }] })
        }""",
        [event, trace, point],
    )


def find_point(page) -> None:
    """Moves the real pointer over the scatter until it is over a point."""
    box = page.locator(GRAPH).bounding_box()
    for step in range(60):
        x = 0.35 + 0.25 * (step % 8) / 8
        y = 0.45 + 0.25 * (step // 8) / 8
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        frames(page, 6)
        if page.locator("#latent-map .tip").is_visible():
            return
    pytest.fail("the pointer found no point of the cloud")


def title(page) -> str:
    return page.locator(f"{PICK} .title").inner_text()


def numbers(text: str) -> list[float]:
    return [float(x) for x in text.replace("\N{MINUS SIGN}", "-").split(",")]


def pick(page, index: int, demo_data) -> None:
    """Picks a test digit on the cloud."""
    label = demo_data.digits.labels[index].item()
    own = (demo_data.digits.labels == label).nonzero()[:, 0].tolist()
    happens(page, "plotly_click", label, own.index(index))
    page.get_by_text(f"test digit {index}", exact=True).wait_for()


def distance(camera: dict) -> float:
    return float(np.linalg.norm([camera[axis] for axis in "xyz"]))


def names_of(page, element: str) -> dict[str, tuple[float, float]]:
    """Where the middle of each digit's name is, in pixels of the map."""
    return page.eval_on_selector(
        element,
        """element => {
            const map = element.getBoundingClientRect()
            return Object.fromEntries([...element.children].map((name) => {
                const { x, y, width, height } = name.getBoundingClientRect()
                return [name.textContent, [x + width / 2 - map.x, y + height / 2 - map.y]]
            }))
        }""",
    )


def assert_apart(names: dict[str, tuple[float, float]]) -> None:
    places = np.array(list(names.values()))
    away = np.linalg.norm(places[:, None] - places[None], axis=2)
    assert away[np.triu_indices(len(places), 1)].min() > 23
