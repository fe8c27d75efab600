"""Makes a gr.HTML of the files in web/components: with a script, or of HTML that never changes."""

import gradio as gr

from autoencoder.demo.server.static_files import WEB, stylesheet


def component(name: str, **props) -> gr.HTML:
    """web/components/NAME/NAME.html, .css and .js, whose `mount(element, props)` is called.

    `props` are gr.HTML's own arguments (elem_id), or reach the script, which may change none.
    """
    folder = WEB / "components" / name
    return gr.HTML(
        html_template=(folder / f"{name}.html").read_text("utf-8"),
        css_template=stylesheet(WEB / "shared/base.css") + stylesheet(folder / f"{name}.css"),
        js_on_load=(WEB / "mount.js").read_text("utf-8"),
        apply_default_css=False,
        component=name,
        **props,
    )


def static(name: str, html: str, **arguments) -> gr.HTML:
    """HTML with the style of web/components/NAME/NAME.css; `arguments` are gr.HTML's own."""
    css = stylesheet(WEB / "components" / name / f"{name}.css")
    return gr.HTML(html, css_template=css, apply_default_css=False, **arguments)
