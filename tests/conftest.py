"""What several tests need: the committed demo_data, a running page, and a real browser."""

import os
import shutil
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a test process a core: more would be in the way

from page_actions import opened_page

from autoencoder.data import DataError, load_digits, load_mnist
from autoencoder.demo import build
from autoencoder.demo_data import load_demo_data

ROOT = Path(__file__).parent.parent
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    # WebGL without a graphics card, and not the whole page by it: a frame takes a sixth of the time
    "--enable-unsafe-swiftshader",
    "--ignore-certificate-errors",  # at once; else Chromium repeats each request, to a limit
]


@pytest.fixture(scope="session")
def mnist_dir():
    """A folder with all of MNIST: MNIST_DIR if it is set, else data/, downloaded on first use."""
    folder = Path(os.environ.get("MNIST_DIR", ROOT / "data")).absolute()
    try:
        load_mnist(folder)
    except DataError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    return folder


@pytest.fixture(scope="session")
def digits():
    """MNIST's 10,000 test digits, as they ship with the project."""
    return load_digits(ROOT / "checkpoints/mnist_test.npz")


@pytest.fixture(scope="session")
def demo_data():
    return load_demo_data(ROOT / "checkpoints")


@pytest.fixture(scope="session")
def server(demo_data):
    """The URL of the page, served from this process."""
    page = build(demo_data)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True)
    yield url
    page.close(verbose=False)


@pytest.fixture(scope="session")
def browser():
    # the first is the same browser without windows, and quicker
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if not chromium:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing, and on CI the page must be tested.")
        pytest.skip("Chromium is not installed: `apt-get install chromium-headless-shell`.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def modules(browser, server):
    """An empty page beside the demo's, for tests of its modules alone: nothing else runs there."""
    context = browser.new_context()
    page = context.new_page()
    address = f"{server}empty.html"
    page.route(address, lambda route: route.fulfill(body="<!doctype html>"))
    page.goto(address)
    yield page
    context.close()


@pytest.fixture
def page(browser, server):
    """The page, opened; at the end there must be nothing in the console's error log."""
    # reduced motion: no digit writes itself meanwhile
    with opened_page(browser, server, reduced_motion="reduce") as page:
        yield page
