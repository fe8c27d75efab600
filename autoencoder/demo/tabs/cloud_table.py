"""The table under the map: which digits can three numbers tell apart?"""

from collections.abc import Iterable

import gradio as gr
import numpy as np

from autoencoder.demo.components import static
from autoencoder.demo_data import DemoData
from autoencoder.figures import DIGIT_COLOURS, DIGIT_COLOURS_ON_DARK
from autoencoder.latent import a


def cloud_table(demo_data: DemoData) -> gr.HTML:
    """Sentences that give the answers, and a row a digit."""
    latent, labels = demo_data.latent, demo_data.digits.labels
    clouds = latent.clouds()
    errors = [demo_data.dense.errors[labels == digit].mean().item() for digit in range(10)]
    apart = sorted(clouds, key=lambda cloud: -cloud.gap)[:3]
    easiest = max(clouds, key=lambda cloud: cloud.same)
    hardest = min(clouds, key=lambda cloud: cloud.same)
    pair = latent.most_alike()
    between = np.linalg.norm(latent.middles[pair.digit] - latent.middles[pair.confused_with])
    usual = np.median([cloud.gap for cloud in clouds])
    worst, next_worst = sorted(range(10), key=lambda digit: -errors[digit])[:2]
    best = min(range(10), key=lambda digit: errors[digit])
    middle = latent.whereabouts(latent.middle).words
    rows = "".join(
        f'<tr><th scope="row"><i style="--light:{DIGIT_COLOURS[cloud.digit]};'
        f'--dark:{DIGIT_COLOURS_ON_DARK[cloud.digit]}"></i>{cloud.digit}'
        f"</th><td>{percent(cloud.same)}</td>"
        f"<td>{a(cloud.confused_with)} ({percent(cloud.confused)})</td>"
        f"<td>{cloud.spread:.1f}</td><td>{cloud.gap:.1f} <span>(the {cloud.closest}s)</span></td>"
        f"<td>{error:.3f}</td></tr>"
        for cloud, error in zip(clouds, errors, strict=True)
    )
    return static(
        "cloud_table",
        f"""<h3>Which digits can three numbers tell apart?</h3>
<p>A digit is easy to tell apart if its neighbours on the map, the eight nearest of each, are the
same digit.</p>
<ul>
<li>Most unlike the others, with clouds that lie farthest from any other:
{listed(f"<b>{cloud.digit}</b>" for cloud in apart)}. Of their neighbours,
{listed(percent(cloud.same) for cloud in apart)} are the same digit.</li>
<li>Easiest to tell apart: <b>{easiest.digit}</b> ({percent(easiest.same)} the same digit).
Hardest: <b>{hardest.digit}</b> ({percent(hardest.same)}).</li>
<li>Most alike: <b>{pair.digit} and {pair.confused_with}</b>. Of the neighbours of
{a(pair.digit)}, {percent(pair.confused)} are {pair.confused_with}s, and the middles of the two
clouds are {between:.1f} apart; from one cloud to the nearest other it is usually {usual:.1f}.</li>
<li>Hardest to rebuild from three numbers: <b>{worst}</b> and <b>{next_worst}</b>. Easiest:
<b>{best}</b>.</li>
<li>The middle of all codes lies {middle}. What it decodes to is shown under Decode, by &ldquo;The
middle of everything&rdquo;.</li>
</ul>
<div class="scroll"><table><thead><tr><th scope="col">digit</th>
<th scope="col">neighbours that are<br>the same digit</th>
<th scope="col">most often<br>confused with</th><th scope="col">size of its cloud<br>(spread)</th>
<th scope="col">distance to the<br>nearest other cloud</th>
<th scope="col">mean error<br>when rebuilt</th></tr></thead><tbody>{rows}</tbody></table></div>""",
        elem_id="cloud-table",
    )


def listed(texts: Iterable[str]) -> str:
    *most, last = texts
    return f"{', '.join(most)} and {last}"


def percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"
