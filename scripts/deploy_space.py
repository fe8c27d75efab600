"""Puts the demo on a Hugging Face Space, a new one or one that is already there.

python scripts/deploy_space.py USER/SPACE --dry-run  # lists the files; needs no login, no network
python scripts/deploy_space.py USER/SPACE
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from huggingface_hub import HfApi, get_token
from huggingface_hub.errors import HFValidationError, HTTPError
from huggingface_hub.utils import validate_repo_id

ROOT = Path(__file__).parent.parent
FILES = (
    "app.py",
    "README.md",
    "LICENSE",
    "autoencoder/**/*.py",
    "autoencoder/**/*.html",
    "autoencoder/**/*.css",
    "autoencoder/**/*.js",
    "checkpoints/**/*.json",
    "checkpoints/**/*.csv",
    "checkpoints/**/*.npz",
    "checkpoints/*/model.safetensors",
)
UNUSED = ("torchvision", "tqdm", "matplotlib")  # by the page: they train, measure and draw figures
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"


def stage(folder: Path) -> list[Path]:
    """Fills an empty folder with all that the Space gets; returns the files, relative to it."""
    paths = [path.relative_to(ROOT) for pattern in FILES for path in sorted(ROOT.glob(pattern))]
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    requirements = Path("requirements.txt")
    (folder / requirements).write_text(for_space((ROOT / requirements).read_text("utf-8")), "utf-8")
    return sorted([*paths, requirements])


def for_space(requirements: str) -> str:
    """The requirements of the page alone, with PyTorch built for CPUs: a free Space has no GPU, and
    PyTorch's usual Linux wheels bring some GB of GPU libraries along."""
    lines = [f"--extra-index-url {CPU_WHEELS}"]
    for line in requirements.split():
        name = line.partition("==")[0]
        if name not in UNUSED:
            lines.append(line + "+cpu" if name == "torch" else line)
    return "\n".join(lines) + "\n"


def upload(folder: Path, space: str, private: bool) -> str:
    """Makes the Space's files those in `folder`, and returns its address."""
    api = HfApi()
    url = api.create_repo(
        space, repo_type="space", space_sdk="gradio", private=private or None, exist_ok=True
    )
    if private:  # also one that was there already
        api.update_repo_settings(space, repo_type="space", private=True)
    api.upload_folder(
        repo_id=space,
        repo_type="space",
        folder_path=folder,
        delete_patterns="*",  # what an earlier version had and this one hasn't
        commit_message="Update the demo",
    )
    return url


def space_name(text: str) -> str:
    try:
        validate_repo_id(text)
        _user, _space = text.split("/")
    except (HFValidationError, ValueError) as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name of a Space: it must be of the form USER/SPACE, in letters and "
            "digits, with single -, _ and . between them"
        ) from error
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("space", type=space_name, metavar="USER/SPACE")
    parser.add_argument("--private", action="store_true", help="only you can open the Space")
    parser.add_argument("--dry-run", action="store_true", help="list what would be uploaded")
    args = parser.parse_args()
    if not args.dry_run and not get_token():
        sys.exit(
            "You are not logged in to Hugging Face: make a token that may write, at "
            "https://huggingface.co/settings/tokens, and give it to: hf auth login"
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = stage(folder)
        sizes = [(folder / path).stat().st_size for path in files]
        for path, size in zip(files, sizes, strict=True):
            print(f"{size:>12,}  {path.as_posix()}")
        print(f"{sum(sizes):>12,}  bytes in {len(files)} files", flush=True)
        if args.dry_run:
            return
        try:
            url = upload(folder, args.space, args.private)
        except (HTTPError, OSError, RuntimeError, ValueError) as error:
            sys.exit(f"{args.space} could not be updated: {' '.join(str(error).split())}")
    print(f"{url} has the demo now; it takes some minutes to build.")


if __name__ == "__main__":
    main()
