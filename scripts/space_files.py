"""Writes what a Hugging Face Space gets: its files, its README and its requirements.

What the Hub asks for is taken from its documentation of September 2026, and could not be tried on
the Hub itself. A static Space shows its index.html. ZeroGPU starts no Space without a function
under `@spaces.GPU`, takes Python 3.12 and PyTorch up to 2.13, and installs Gradio and
huggingface_hub itself.
"""

import re
import shutil
from pathlib import Path

from huggingface_hub import RepoCard

ROOT = Path(__file__).parent.parent
APP_FILES = (
    "app.py",
    "LICENSE",
    "autoencoder/**/*.*",
    "checkpoints/**/*.json",
    "checkpoints/**/*.csv",
    "checkpoints/**/*.npz",
    "checkpoints/*/model.safetensors",
)
UNUSED = ("torchvision", "tqdm", "matplotlib")  # by the page: they train, measure and draw figures
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"

ZERO_GPU_FILE = "zero_gpu.py"
ZERO_GPU_PYTHON = "3.12"
ZERO_GPU_PYTORCH = "2.13.0"
ZERO_GPU_OWN = ("gradio", "huggingface_hub")  # installed by ZeroGPU; another version would break it
ZERO_GPU_APP = '''"""Opens the demo on ZeroGPU."""

import spaces  # before PyTorch, parts of which it replaces


@spaces.GPU
def unused() -> None:
    """The demo needs no GPU, but ZeroGPU starts nothing that could not use one."""


from app import main

if __name__ == "__main__":
    main()
'''


def write_static_space(folder: Path, space: str) -> None:
    """Fills a new folder with the exported page for the Space USER/SPACE.

    Raises ExportError, which is a RuntimeError.
    """
    from export_page import export_page  # takes seconds, for which a refusal needn't wait

    export_page(folder, ROOT / "checkpoints", f"https://{host(space)}.static.hf.space/")
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    card = space_card("Credits")
    card.data.sdk = "static"
    for name in ("sdk_version", "python_version", "app_file"):
        card.data.pop(name)
    card.save(folder / "README.md")


def write_gradio_space(folder: Path, space: str, zero_gpu: bool) -> None:
    """Fills a new folder with the app for the Space USER/SPACE, on ZeroGPU or on CPUs."""
    for path in (path for pattern in APP_FILES for path in ROOT.glob(pattern)):
        if path.is_file() and path.suffix != ".pyc":
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    card = space_card("Use it from a program", "Credits")
    card.text = card.text.replace("http://127.0.0.1:7860", f"https://{host(space)}.hf.space")
    if zero_gpu:
        (folder / ZERO_GPU_FILE).write_text(ZERO_GPU_APP, "utf-8")
        card.data.app_file = ZERO_GPU_FILE
        card.data.python_version = ZERO_GPU_PYTHON
    card.save(folder / "README.md")
    (folder / "requirements.txt").write_text(requirements(zero_gpu), "utf-8")


def host(space: str) -> str:
    """What the Hub calls a Space in its addresses: "User/My_Digits" -> "user-my-digits"."""
    return re.sub("[^a-z0-9]+", "-", space.lower())


def space_card(*sections: str) -> RepoCard:
    """The project's README without its pictures, which a Space hasn't: its beginning, and these of
    its sections."""
    card = RepoCard((ROOT / "README.md").read_text("utf-8"))
    text = re.sub(r"!\[.*?\]\(.*?\)\n\n", "", card.text)
    beginning, *rest = text.split("\n## ")
    kept = {section.partition("\n")[0]: section for section in rest}
    card.text = "\n## ".join([beginning, *(kept[title] for title in sections)])
    return card


def requirements(zero_gpu: bool) -> str:
    """The page's own. On CPUs, PyTorch is the one without the GPU libraries, which are some GB."""
    pins = dict(pin.split("==") for pin in (ROOT / "requirements.txt").read_text("utf-8").split())
    for name in (*UNUSED, *(ZERO_GPU_OWN if zero_gpu else ())):
        del pins[name]
    pins["torch"] = ZERO_GPU_PYTORCH if zero_gpu else f"{pins['torch']}+cpu"
    first = "spaces" if zero_gpu else f"--extra-index-url {CPU_WHEELS}"
    return "\n".join([first, *(f"{name}=={version}" for name, version in pins.items())]) + "\n"
