"""Opens the demo: on a laptop with `python app.py`, on Hugging Face Spaces as it is."""

import argparse
import gc
import os
import signal
import socket
import sys
from pathlib import Path


def port(text: str) -> int:
    if not 0 < int(text) < 2**16:
        raise ValueError
    return int(text)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="Gradio's environment variables GRADIO_SERVER_NAME, GRADIO_SERVER_PORT and "
        "GRADIO_ROOT_PATH say the same as --host, --port and --root-path, which outrank them.",
    )
    parser.add_argument(
        "--checkpoints",
        type=Path,
        metavar="FOLDER",
        help="folder with dense/, conv/ or both; what it lacks is taken from the project's own, "
        "but for the dense models of other code sizes, dense-8/ and so on",
    )
    parser.add_argument(
        "--host",
        default=os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1",
        help="address to listen on: 0.0.0.0 lets other computers in (default: 127.0.0.1, which "
        "doesn't)",
    )
    parser.add_argument(
        "--port",
        type=port,
        default=os.environ.get("GRADIO_SERVER_PORT") or None,
        help="port to listen on (default: the first free one from 7860)",
    )
    parser.add_argument(
        "--root-path",
        default=os.environ.get("GRADIO_ROOT_PATH") or None,
        metavar="PATH",
        help="where a proxy shows the page, such as /digits, if not at its root",
    )
    return parser.parse_args()


def check_free(host: str, port: int | None) -> None:
    """Raises OSError if the port is in use or forbidden, or the host is not this computer's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socket.create_server((host.strip("[]"), port or 0), family=family).close()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the imports below take seconds; Ctrl-C ends them
    sys.stdout.reconfigure(errors="backslashreplace")  # a path may have what it can't write
    args = parse_arguments()
    try:
        check_free(args.host, args.port)
    except OSError as error:
        place = f"{args.host}, port {args.port}" if args.port else args.host
        sys.exit(f"The page can't be served on {place}: {error.strerror}.")

    for name in ("GRADIO_SERVER_NAME", "GRADIO_SERVER_PORT"):
        os.environ.pop(name, None)  # args has them; Gradio would let them outrank the flags

    gc.disable()  # of what is imported and made until the page is served, nothing is garbage
    from autoencoder.checkpoints import OWN, CheckpointError
    from autoencoder.data import DataError
    from autoencoder.demo import build
    from autoencoder.demo.exported_layers import LayerError
    from autoencoder.demo_data import load_demo_data

    folder = args.checkpoints or OWN
    try:
        demo_data = load_demo_data(folder)
    except (CheckpointError, DataError) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The checkpoints in {folder} can't be read: {error.strerror}.")
    if demo_data.provenance():
        print(f"On this page {demo_data.provenance()}.")
    for sentence in demo_data.diagnoses():
        print(sentence)

    try:
        page = build(demo_data)
    except LayerError as error:
        sys.exit(str(error))
    gc.freeze()
    gc.enable()
    try:
        page.launch(
            server_name=args.host,
            server_port=args.port,
            root_path=args.root_path,
            quiet=True,
            prevent_thread_lock=True,
        )
    except OSError as error:
        sys.exit(f"The page can't be served: {error}")
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: page.close(verbose=False))
    print(f"The page is at {page.local_url} (Ctrl-C ends it).", flush=True)
    page.block_thread()


if __name__ == "__main__":
    main()
