"""Which of Gradio's own files a page needs: of 20 MB, those for the components that it shows.

They are found as a browser finds them: the page names some, and each of those names others.
"""

import re
from pathlib import Path

import gradio as gr

FRONTEND = Path(gr.__file__).parent / "templates/frontend"
ASSETS = FRONTEND / "assets"
# what needs a server (the pages about its endpoints, the log-in), Node, or a formula or diagram
UNUSED = r"ApiDocs|ApiRecorder|Login|__vite-browser-external|auto-render|katex|mermaid"
LATER = r"Settings|" + UNUSED  # what is fetched when a visitor asks for it, too

NAME = re.compile(r"""["'`(](?:\./|/?assets/|\./assets/)([\w.-]+)["'`)]""")
# import(`./x.js`), __vite__mapDeps([0,3]), where the numbers stand for what m.f=[...] names
LAZY = re.compile(r"import\(`\./([\w.-]+)`\)[^`]*?import\.meta\.url\)")
NUMBERS = re.compile(r"__vite__mapDeps\(\[([\d,]*)\]")
NUMBERED = re.compile(r"m\.f=\[(.*?)\]")
# tabs:{component:()=>v(()=>import(`./Index-x.js`),__vite__mapDeps([0,3]),import.meta.url)}
COMPONENT = re.compile(
    r"\b(\w+):\{((?:\w+:\(\)=>\w+\(\(\)=>import[^{}]+?import\.meta\.url\),?)+)\}"
)


def gradio_assets(html: str, components: set[str], first_view: bool = False) -> list[Path]:
    """The files that Gradio's page asks for, relative to FRONTEND, in the order in which it does.

    `html` is that page, `components` are the kinds of component on it, such as "tabs". The
    `first_view` does without the settings and other languages than the page's.
    """
    [core] = ASSETS.glob("core-*.js")
    scripts = {
        kind: LAZY.findall(part) for kind, part in COMPONENT.findall(core.read_text("utf-8"))
    }
    unused = re.compile(LATER if first_view else UNUSED)
    needed = {name for kind in components for name in scripts[kind]}
    unneeded = {name for names in scripts.values() for name in names} - needed
    if first_view:
        unneeded |= set(LAZY.findall(core.read_text("utf-8"))) - needed

    def names_in(text: str) -> list[str]:
        text = LAZY.sub(lambda part: part[0] if wanted(part[1]) else "", text)
        numbered = NUMBERED.search(text)
        names = NAME.findall(text.replace(numbered[0], "") if numbered else text)
        for numbers in NUMBERS.findall(text):
            of_all = NAME.findall(numbered[1])
            names += [of_all[int(number)] for number in numbers.split(",") if number]
        return names

    def wanted(name: str) -> bool:
        return name not in unneeded and not unused.match(name)

    found = names_in(html)
    for name in found:  # which grows meanwhile
        if name.endswith((".js", ".css")):
            others = dict.fromkeys(names_in((ASSETS / name).read_text("utf-8")))
            found += [
                other
                for other in others
                if other not in found and not unused.match(other) and (ASSETS / other).is_file()
            ]
    return [Path("assets", name) for name in found]
