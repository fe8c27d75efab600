"""Writes the whole page as plain files, for any file server: at its root or below a path.

python scripts/export_page.py page
python -m http.server --directory page  # shows it, at http://127.0.0.1:8000
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import httpx
import torch
from gradio.context import Context

from autoencoder.checkpoints import OWN, CheckpointError
from autoencoder.data import DataError
from autoencoder.demo import build
from autoencoder.demo.exported_layers import LayerError
from autoencoder.demo.gradio_assets import FRONTEND, gradio_assets
from autoencoder.demo.page_data import page_data
from autoencoder.demo.server.static_files import WEB
from autoencoder.demo_data import DemoData, load_demo_data

SUMS = "exported_files.sha256"  # names all others; `sha256sum --check` understands it
SERVED = (".js", ".wasm", ".svg", ".png", ".LICENSE.md")  # of the folder web/
MOUNT = WEB / "mount.js"  # is in the page's HTML
FONT = re.compile(r"url\('(static/fonts/[^']+)'\)")

SCRIPT = """
<script>
if (location.protocol === "file:") {
	document.write("This page works only from a file server. In its folder, run <code>python -m " +
		"http.server</code>, then open <code>http://127.0.0.1:8000</code>.");
}
// Of a page at *.hf.space, Gradio asks the Hub how its server is. Here is none.
customElements.whenDefined("gradio-app").then(() => {
	document.querySelector("gradio-app").src = "https://server.invalid";
});
</script>
"""


class ExportError(RuntimeError):
    """The page can't be exported; the message says why and what to do."""


def export_page(folder: Path, checkpoints: Path, address: str = "") -> None:
    """Writes the page of these checkpoints into `folder`: a new one, or that of an earlier export.

    `address` is where it will be found, if that is known, for the previews of links to it.

    Raises ExportError, and leaves the folder as it was, if that holds anything else, or the
    checkpoints can't be read, or not all files can be written.
    """
    folder = folder.resolve()
    torch.set_num_threads(1)  # as `build` does; with more, the last bits of a code may differ
    torch.backends.mkldnn.set_flags(False)
    try:
        refuse_others(folder)
        files = page_files(load(checkpoints), address)
        files[SUMS] = "".join(
            f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)
        ).encode()
        replace(folder, files)
    except LayerError as error:
        raise ExportError(str(error)) from error
    except OSError as error:
        reason = error.strerror or error
        raise ExportError(f"The page can't be written to {folder}: {reason}.") from error


def load(checkpoints: Path) -> DemoData:
    try:
        return load_demo_data(checkpoints)
    except (CheckpointError, DataError) as error:
        raise ExportError(str(error)) from error
    except OSError as error:
        reason = error.strerror or error
        raise ExportError(f"The checkpoints in {checkpoints} can't be read: {reason}.") from error


def refuse_others(folder: Path) -> None:
    """Raises ExportError if the folder holds anything but what an export wrote."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ExportError(f"{folder} is a file; give the page a folder of its own.")
    sums = {}
    if (folder / SUMS).is_file():
        lines = (folder / SUMS).read_text("utf-8", "replace").splitlines()
        sums = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name == SUMS or (path.is_dir() and not path.is_symlink()):
            continue
        known = name in sums and path.is_file() and not path.is_symlink()
        if not known or hashlib.sha256(path.read_bytes()).hexdigest() != sums[name]:
            raise ExportError(
                f"{folder} holds {name}, which is not of an earlier export; give the page a folder "
                "of its own."
            )


def page_files(demo_data: DemoData, address: str) -> dict[str, bytes]:
    """The content of each file by its path: the page, Gradio's scripts, ours, the data."""
    Context.id = 0  # Gradio's number of the next component: the first page of a program begins so
    page = build(demo_data, endpoints=False)
    page.app_id, page.space_id = 0, None  # else a random number, and the Space that this runs on
    _, url, _ = page.launch(
        root_path="",
        share=False,
        pwa=False,
        run_history=False,
        footer_links=["gradio", "settings"],
        prevent_thread_lock=True,
        quiet=True,
    )
    try:
        with httpx.Client(base_url=url, trust_env=False) as client:
            html, theme = (
                client.get(path).raise_for_status().content for path in ("/", "theme.css")
            )
    finally:
        page.close(verbose=False)
    html = exported(html.decode(), url.rstrip("/"), address)
    kinds = {block.get_block_name() for block in page.blocks.values()} - {"blocks"}
    names = [*gradio_assets(html, kinds), Path("static/js/iframeResizer.contentWindow.min.js")]
    names += [Path(name) for name in FONT.findall(theme.decode())]
    own = [path for path in WEB.rglob("*") if path.name.endswith(SERVED) and path != MOUNT]
    return {
        "index.html": html.encode(),
        "theme.css": theme,
        **{name.as_posix(): (FRONTEND / name).read_bytes() for name in names},
        **{path.relative_to(WEB.parent).as_posix(): path.read_bytes() for path in own},
        **{f"data/{name}": content for name, content in page_data(demo_data).items()},
    }


def exported(html: str, url: str, address: str) -> str:
    """The page as it was served at `url`, for wherever it will lie; `address`, if that is known."""
    html = html.replace(json.dumps(url), '"."')  # where Gradio's scripts look for the other files
    html = html.replace(f'content="{url}/', f'content="{address}')
    html = html.replace('<meta property="og:url" content="" />\n', "")
    return html.replace("</head>", f"{SCRIPT}</head>", 1)


def replace(folder: Path, files: dict[str, bytes]) -> None:
    """Makes the folder hold these files alone. It is as it was until all of them are written."""
    unfinished, earlier = (
        folder.with_name(f".{folder.name}.{state}") for state in ("unfinished", "earlier")
    )
    for left in (unfinished, earlier):  # by an export that was killed
        shutil.rmtree(left, ignore_errors=True)
    try:
        for path, content in files.items():
            (unfinished / path).parent.mkdir(parents=True, exist_ok=True)
            (unfinished / path).write_bytes(content)
        if folder.exists():
            folder.rename(earlier)
        try:
            unfinished.rename(folder)
        except OSError:
            if earlier.exists():
                earlier.rename(folder)
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(earlier, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where to: a new folder, or an earlier export")
    parser.add_argument(
        "--checkpoints",
        type=Path,
        default=OWN,
        metavar="FOLDER",
        help="folder with dense/, conv/ or both; what it lacks is taken from the project's own, "
        "but for the dense models of other code sizes, dense-8/ and so on",
    )
    parser.add_argument(
        "--address",
        default="",
        metavar="URL",
        help="where the page will be found, for the picture in previews of links to it",
    )
    args = parser.parse_args()
    try:
        export_page(args.folder, args.checkpoints, args.address and args.address.rstrip("/") + "/")
    except ExportError as error:
        sys.exit(str(error))
    sizes = [path.stat().st_size for path in args.folder.rglob("*") if path.is_file()]
    print(f"The page is in {args.folder}: {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB.")


if __name__ == "__main__":
    main()
