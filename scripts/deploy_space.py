"""Puts the demo on a Hugging Face Space, a new one or one that is already there.

python scripts/deploy_space.py USER/SPACE  # the page alone, which is free for everyone
python scripts/deploy_space.py USER/SPACE --gradio  # the app with its HTTP endpoints, on ZeroGPU
python scripts/deploy_space.py USER/SPACE --gradio --hardware cpu-basic  # takes a paid plan

With --dry-run each of them only lists the files, which needs no login and no network.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huggingface_hub import HfApi, SpaceInfo, get_token
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    HTTPError,
    RepositoryNotFoundError,
)
from huggingface_hub.utils import validate_repo_id
from space_files import write_gradio_space, write_static_space

ZERO_GPU, CPU = "zero-a10g", "cpu-basic"  # the Hub's names
LOGIN = (
    "make a token that may write, at https://huggingface.co/settings/tokens, and give it to: "
    "hf auth login"
)
OWNER = "its name must begin with your own, or with that of an organization in which you may write"
ZERO_GPU_TERMS = (
    "ZeroGPU is free for two Spaces of an account that is older than 30 days and has a confirmed "
    "e-mail address; without --gradio the Space is static, and free for everyone"
)
CPU_TERMS = (
    f"a Gradio Space on {CPU} takes a paid plan, https://huggingface.co/pro; without --hardware it "
    "is on ZeroGPU, free for accounts older than 30 days, and without --gradio it is static, and "
    "free for everyone"
)


class RefusedError(RuntimeError):
    """The Hub doesn't take the Space. The message is a sentence that says what to do."""


def deploy(space: str, hardware: str | None, private: bool) -> str:
    """Makes the Space, or brings it up to date, and returns its address.

    Raises RefusedError or, for what only the message of the Hub, the network or the disk can tell,
    HTTPError, OSError, RuntimeError or ValueError.
    """
    api = HfApi()
    try:
        url = create(api, space, hardware, private)
        with files(space, hardware) as folder:
            api.upload_folder(
                repo_id=space,
                repo_type="space",
                folder_path=folder,
                delete_patterns="*",  # what an earlier version had and this one hasn't
                commit_message="Update the demo",
            )
    except HfHubHTTPError as error:
        if not (todo := remedy(api, error.response.status_code, space, hardware)):
            raise
        said = " ".join((error.server_message or str(error)).split()).removesuffix(".")
        raise RefusedError(f"The Hub refuses {space} ({said}): {todo}.") from error
    return url


def create(api: HfApi, space: str, hardware: str | None, private: bool) -> str:
    """Makes the Space, unless it is there already, and returns its address.

    Without hardware it is static, else Gradio's. Raises RefusedError if it is there as another.
    """
    sdk = "gradio" if hardware else "static"
    try:
        found = api.space_info(space)
    except RepositoryNotFoundError:
        return api.create_repo(
            space,
            repo_type="space",
            space_sdk=sdk,
            space_hardware=hardware,
            private=private or None,
        )
    url = f"{api.endpoint}/spaces/{space}"
    if found.sdk != sdk:
        raise RefusedError(
            f"The Hub has {space} as a {found.sdk} Space already, and this would be a {sdk} one: "
            f"choose another name, or delete that Space first, at {url}/settings."
        )
    if hardware and hardware != hardware_of(found):
        api.request_space_hardware(space, hardware)
    if private:
        api.update_repo_settings(space, repo_type="space", private=True)
    return url


def hardware_of(found: SpaceInfo) -> str | None:
    return found.runtime and (found.runtime.requested_hardware or found.runtime.hardware)


def remedy(api: HfApi, status: int, space: str, hardware: str | None) -> str | None:
    """What can be done about a refusal; None if only the Hub's own words can tell."""
    if status == 403:
        me = api.whoami()
        if space.split("/")[0].lower() not in {user["name"].lower() for user in [me, *me["orgs"]]}:
            return OWNER
        if me.get("auth", {}).get("accessToken", {}).get("role") == "read":
            return LOGIN
    if status in (402, 403) and hardware == ZERO_GPU:
        return ZERO_GPU_TERMS
    if status == 402 and hardware == CPU:
        return CPU_TERMS
    return LOGIN if status in (401, 403) else None


@contextmanager
def files(space: str, hardware: str | None) -> Iterator[Path]:
    """A folder with what the Space gets, as long as the context lasts; its files are printed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "space"
        if hardware:
            write_gradio_space(folder, space, zero_gpu=hardware == ZERO_GPU)
        else:
            write_static_space(folder, space)
        sizes = {
            path.relative_to(folder).as_posix(): path.stat().st_size
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for path, size in sizes.items():
            print(f"{size:>12,}  {path}")
        print(f"{sum(sizes.values()):>12,}  bytes in {len(sizes)} files", flush=True)
        yield folder


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


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("space", type=space_name, metavar="USER/SPACE")
    parser.add_argument(
        "--gradio", action="store_true", help="with the HTTP endpoints, which need a server"
    )
    parser.add_argument(
        "--hardware",
        choices=[ZERO_GPU, CPU],
        help=f"what that server runs on (default: {ZERO_GPU}, which is ZeroGPU)",
    )
    parser.add_argument("--private", action="store_true", help="only you can open the Space")
    parser.add_argument("--dry-run", action="store_true", help="list what would be uploaded")
    args = parser.parse_args()
    if args.hardware and not args.gradio:
        parser.error("--hardware is for --gradio: a static Space has no server")
    if args.gradio and not args.hardware:
        args.hardware = ZERO_GPU
    return args


def main() -> None:
    args = parse_arguments()
    if not args.dry_run and not get_token():
        sys.exit(f"You are not logged in to Hugging Face: {LOGIN}")
    try:
        if args.dry_run:
            with files(args.space, args.hardware):
                return
        url = deploy(args.space, args.hardware, args.private)
    except RefusedError as error:
        sys.exit(str(error))
    except (HTTPError, OSError, RuntimeError, ValueError) as error:
        sys.exit(f"{args.space} could not be updated: {' '.join(str(error).split())}")
    building = "; it takes some minutes to build" if args.gradio else ""
    print(f"{url} has the demo now{building}.")


if __name__ == "__main__":
    main()
