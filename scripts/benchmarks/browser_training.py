"""How quickly the page trains: beside PyTorch and TensorFlow.js, and on the tab Train itself."""

import base64
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from torch.nn import functional as F

from autoencoder.data import load_mnist, to_unit
from autoencoder.demo import build
from autoencoder.demo.exported_layers import architectures
from autoencoder.demo_data import load_demo_data
from autoencoder.models import ARCHITECTURES
from autoencoder.training.loop import initialise
from benchmarks import Row
from benchmarks.browser import WATCH, opened
from benchmarks.sketch import steady_drawing

BATCH = 128
STEPS = {"dense": 300, "conv": 60}
LEAST = {"dense": ">= 6000", "conv": ">= 1200"}
TENSORFLOW = ["@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0"]
FOLDERS = ("tfjs/dist", "tfjs-backend-wasm/dist")
PCA, TUTORIAL = 0.0513, 0.0355  # errors with three numbers, of the section `quality`

# Both give the seconds that so many steps take, after ten to warm up.
OURS = """
async ({ architecture, images, batch, steps }) => {
    const page = (path) => new URL(`web/training/${path}`, document.baseURI);
    const { Training } = await import(page("training.js"));
    const kernel = await (await fetch(page("matmul.wasm"))).arrayBuffer();
    const bytes = Uint8Array.from(atob(images), (letter) => letter.charCodeAt(0));
    const settings = { architecture, batch, steps, learningRate: 1e-3, weightDecay: 0.03,
                       noise: 0, seed: 1 };
    const training = new Training(settings, bytes, kernel);
    for (let i = 0; i < 10; i++) training.step();
    const began = performance.now();
    for (let i = 0; i < steps; i++) training.step();
    return (performance.now() - began) / 1000;
}
"""
TENSORFLOWS = """
async ({ images, batch, steps }) => {
    const script = (path) => new Promise((resolve, reject) => {
        const element = document.createElement("script");
        Object.assign(element, { src: `/tf/${path}`, onload: resolve, onerror: reject });
        document.head.append(element);
    });
    await script("tf.min.js");
    await script("tf-backend-wasm.min.js");
    tf.wasm.setWasmPaths("/tf/");
    await tf.setBackend("wasm");
    const model = tf.sequential();
    const sizes = [128, 64, 12, 3, 12, 64, 128, 784];
    sizes.forEach((units, at) => model.add(tf.layers.dense({
        units,
        inputShape: at === 0 ? [784] : undefined,
        activation: at === 3 ? "linear" : at === 7 ? "sigmoid" : "relu",
    })));
    model.compile({ optimizer: tf.train.adam(1e-3), loss: "meanSquaredError" });
    const bytes = Uint8Array.from(atob(images), (letter) => letter.charCodeAt(0));
    const count = Math.floor(bytes.length / 784 / batch);
    const batches = Array.from({ length: count }, (_, at) =>
        tf.tensor(Float32Array.from(
            bytes.subarray(784 * batch * at, 784 * batch * (at + 1)), (pixel) => pixel / 255,
        ), [batch, 784]));
    const step = async (at) => model.trainOnBatch(batches[at % count], batches[at % count]);
    for (let i = 0; i < 10; i++) await step(i);
    const began = performance.now();
    for (let i = 0; i < steps; i++) await step(i);
    return [(performance.now() - began) / 1000, tf.getBackend()];
}
"""
# The seconds from the press until the run's error is below each of these.
PRESS = """
async (errors) => {
    const shown = document.querySelector("#train output.error");
    const error = () => Number.parseFloat(shown.textContent);
    const began = performance.now();
    document.querySelector("#train [data-do=train]").click();
    const seconds = [];
    for (const below of errors) {
        while (!(error() < below) && performance.now() - began < 120_000) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        seconds.push((performance.now() - began) / 1000);
    }
    return seconds;
}
"""


def browser_training(checkpoints: Path, data_dir: Path) -> list[Row]:
    """Steps alone, ours and theirs, on the same batches; then a run on the page, and drawing."""
    torch.set_num_threads(1)
    training, *_ = load_mnist(data_dir)
    images = training.images[: 100 * BATCH]
    demo_data = load_demo_data(checkpoints)
    rows = []
    with opened(build(demo_data)) as page, tempfile.TemporaryDirectory() as folder:
        empty = f"{page.url}empty.html"  # a page on which nothing else happens
        page.route(empty, lambda route: route.fulfill(body="<!doctype html>"))
        page.goto(empty)
        layers = architectures()
        rates = {}
        for name, model in (("dense", 3), ("conv", 64)):
            given = {"images": in_base64(images), "batch": BATCH, "steps": STEPS[name]}
            ours = page.evaluate(OURS, given | {"architecture": layers[name][model]})
            rates[name] = BATCH * STEPS[name] / ours
            pytorch = pytorchs_rate(name, images)
            rows += [
                (f"{name}: the page's training", rates[name], "images/s", LEAST[name]),
                (f"{name}: PyTorch's, one thread, the same batches", pytorch, "images/s", ""),
                (
                    f"{name}: share of PyTorch's rate",
                    rates[name] / pytorch,
                    "",
                    ">= 0.1" if name == "dense" else "",
                ),
            ]
        serve_tensorflow(page, Path(folder))
        seconds, backend = page.evaluate(TENSORFLOWS, given | {"steps": STEPS["conv"]})
        theirs = BATCH * STEPS["conv"] / seconds
        rows += [
            (f"dense: TensorFlow.js, its {backend} backend", theirs, "images/s", ""),
            ("dense: times TensorFlow.js", rates["dense"] / theirs, "", ">= 4"),
        ]
    with opened(build(demo_data)) as page:
        below_pca, below_tutorial = pressed(page)
        rows += [
            ("from the press to an error below PCA's", below_pca, "s", "<= 8"),
            ("from the press to one below the tutorial's", below_tutorial, "s", "<= 60"),
        ]
    with opened(build(demo_data)) as page:
        rows += [("updates while drawing during a run", drawing(page), "a second", ">= 30")]
    return rows


def in_base64(images: torch.Tensor) -> str:
    return base64.b64encode(images.numpy().tobytes()).decode()


def pytorchs_rate(name: str, images: torch.Tensor) -> float:
    """Images a second of plain PyTorch: forward, backward, AdamW."""
    model = ARCHITECTURES[name]()
    initialise(model, 0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.03, fused=True)
    batches = to_unit(images).split(BATCH)
    began = 0.0
    for step in range(-10, STEPS[name]):
        if step == 0:
            began = time.perf_counter()
        batch = batches[step % len(batches)]
        loss = F.mse_loss(model(batch), batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return BATCH * STEPS[name] / (time.perf_counter() - began)


def serve_tensorflow(page, folder: Path) -> None:
    """TensorFlow.js as npm has it, below /tf/; it is no part of the project."""
    command = ["npm", "install", "--no-save", "--silent", "--prefix", folder, *TENSORFLOW]
    if subprocess.run(command, check=False).returncode:
        sys.exit("TensorFlow.js, to compare with, could not be fetched by npm.")

    def answer(route) -> None:
        name = route.request.url.rpartition("/")[2]
        paths = (folder / "node_modules/@tensorflow" / part / name for part in FOLDERS)
        route.fulfill(path=next(path for path in paths if path.exists()))

    page.route("**/tf/*", answer)


def pressed(page) -> list[float]:
    page.get_by_role("tab", name="Train").click()
    page.locator("#train [data-do=train]:enabled").wait_for()
    page.wait_for_timeout(3000)  # its digits are there
    return page.evaluate(PRESS, [PCA, TUTORIAL])


def drawing(page) -> float:
    """Updates a second of both reconstructions while the pen moves and a run goes on."""
    page.get_by_role("tab", name="Train").click()
    page.locator("#train [data-do=train]:enabled").click()
    page.wait_for_timeout(3000)
    page.get_by_role("tab", name="Draw").click()
    page.wait_for_timeout(1000)
    pictures = [f"#{model}-reconstruction canvas" for model in ("dense", "conv")]
    page.evaluate(WATCH, ["#sketchpad canvas", "pointerrawupdate", pictures])
    return steady_drawing(page)
