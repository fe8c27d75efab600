"""The gr.Blocks that the page is made of, which is careful with what it is sent."""

import re

import gradio as gr
from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware

from autoencoder.demo.server.head import Head
from autoencoder.demo.server.request_filter import RequestFilter, refuse_body, refuse_request
from autoencoder.demo.server.uploaded_files import swept
from autoencoder.demo.theme import THEME

MAX_REQUEST = 64_000_000  # bytes; a larger request is refused before it is read
ADDRESS = re.compile(r"\s*https?:", re.IGNORECASE)


class Page(gr.Blocks):
    """A gr.Blocks that refuses what it can't use with a sentence, and keeps no traceback of it."""

    def get_config_file(self):
        """As gr.Blocks', without the pages that no bar shows: for a single one there is no bar."""
        config = super().get_config_file()
        return config | {"pages": [page for page in config["pages"] if page[2]]}

    async def preprocess_data(self, block_fn, inputs, *arguments, **options):
        if has_address(inputs):
            raise gr.Error(
                "This server fetches nothing from other addresses; send the picture itself.",
                print_exception=False,
            )
        try:
            return await super().preprocess_data(block_fn, inputs, *arguments, **options)
        except gr.Error:
            raise
        except Exception as error:  # the inputs are too few, or not of the kind that is wanted
            raise gr.Error(
                "These inputs are too few, or not of the right kind; send those that are listed "
                'under "Use via API" on the page /endpoints.',
                print_exception=False,
            ) from error

    def launch(self, **options):
        """As gr.Blocks', for requests of a limited size and kind."""
        careful = {
            "routes": self.routes,
            "middleware": [
                Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_REQUEST),
                Middleware(RequestFilter),
                Middleware(GZipMiddleware, compresslevel=6),
                Middleware(Head, first_view=self.first_view),
            ],
            "exception_handlers": {
                RequestValidationError: refuse_body,
                **dict.fromkeys((KeyError, TypeError, ValueError, AttributeError), refuse_request),
            },
            "lifespan": swept,
        }
        # Never rendered by Node, which serves neither our modules nor the data, and would keep the
        # port after the end, whatever GRADIO_SSR_MODE says.
        return super().launch(theme=THEME, ssr_mode=False, app_kwargs=careful, **options)


def has_address(inputs: object) -> bool:
    """Whether a file in an endpoint's inputs is only named by where on the web it is."""
    rest = [inputs]
    while rest:  # and no recursion, which ends where the inputs are too deep
        value = rest.pop()
        if isinstance(value, dict):
            path = value.get("path")
            if isinstance(path, str) and ADDRESS.match(path):
                return True
            rest += value.values()
        elif isinstance(value, list):
            rest += value
    return False
