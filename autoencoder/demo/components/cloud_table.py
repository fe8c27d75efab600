"""The table under the map: which digits can three numbers tell apart?"""

from collections.abc import Iterable

import numpy as np

from autoencoder.exhibition import Exhibition
from autoencoder.figures import DIGIT_COLOURS
from autoencoder.latent import a

STYLE = """<style>
#cloud-table { margin: 0 -12px; width: calc(100% + 24px); font-size: 14px; line-height: 1.5;
  color: var(--body-text-color); }
#cloud-table h3 { margin: 14px 0 4px; font-size: 16px; font-weight: 650; }
#cloud-table p { max-width: 860px; margin: 0 0 10px; }
#cloud-table ul { max-width: 860px; margin: 0 0 10px; padding-left: 20px; list-style: disc; }
#cloud-table .scroll { overflow-x: auto; }
#cloud-table td { white-space: nowrap; }
#cloud-table table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
#cloud-table :is(th, td) { padding: 4px 18px 4px 0; border-bottom: 1px solid
  var(--border-color-primary); text-align: left; vertical-align: bottom; font-weight: 400; }
#cloud-table thead th { font-size: 12px; line-height: 1.3; }
#cloud-table tbody th { font-weight: 650; white-space: nowrap; }
#cloud-table i { display: inline-block; width: 11px; height: 11px; margin-right: 8px;
  border-radius: 3px; }
@media (max-width: 640px) {
  #cloud-table table { font-size: 12.5px; }
  #cloud-table :is(th, td) { padding-right: 5px; }
  #cloud-table thead th { font-size: 11px; }
  #cloud-table i { margin-right: 4px; }
  #cloud-table td span { display: none; }
}
</style>"""


def cloud_table(exhibition: Exhibition) -> str:
    """HTML: sentences that give the answers, and a row a digit."""
    latent, labels = exhibition.latent, exhibition.digits.labels
    clouds = latent.clouds()
    errors = [exhibition.dense_errors[labels == digit].mean().item() for digit in range(10)]
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
        f'<tr><th scope="row"><i style="background:{DIGIT_COLOURS[cloud.digit]}"></i>{cloud.digit}'
        f"</th><td>{percent(cloud.same)}</td>"
        f"<td>{a(cloud.confused_with)} ({percent(cloud.confused)})</td>"
        f"<td>{cloud.spread:.1f}</td><td>{cloud.gap:.1f} <span>(the {cloud.closest}s)</span></td>"
        f"<td>{error:.3f}</td></tr>"
        for cloud, error in zip(clouds, errors, strict=True)
    )
    return f"""{STYLE}
<h3>Which digits can three numbers tell apart?</h3>
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
<th scope="col">mean error<br>when rebuilt</th></tr></thead><tbody>{rows}</tbody></table></div>"""


def listed(texts: Iterable[str]) -> str:
    *most, last = texts
    return f"{', '.join(most)} and {last}"


def percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"
