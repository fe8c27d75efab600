"""The table under the map: which digits can three numbers tell apart?"""

from autoencoder.demo.exhibition import Exhibition
from autoencoder.figures import DIGIT_COLOURS
from autoencoder.latent import a

STYLE = """<style>
#cloud-table { margin: 0 -12px; color: var(--body-text-color); font-size: 14px; line-height: 1.5; }
#cloud-table h3 { margin: 14px 0 4px; font-size: 16px; font-weight: 650; }
#cloud-table p { max-width: 860px; margin: 0 0 10px; }
#cloud-table table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
#cloud-table :is(th, td) { padding: 4px 18px 4px 0; border-bottom: 1px solid
  var(--border-color-primary); text-align: left; vertical-align: bottom; font-weight: 400; }
#cloud-table thead th { font-size: 12px; line-height: 1.3; }
#cloud-table tbody th { font-weight: 650; white-space: nowrap; }
#cloud-table i { display: inline-block; width: 11px; height: 11px; margin-right: 8px;
  border-radius: 3px; }
@media (max-width: 640px) { #cloud-table :is(th, td) { padding-right: 9px; } }
</style>"""


def cloud_table(exhibition: Exhibition) -> str:
    """HTML: a sentence that gives the answer, and a row a digit."""
    clouds = exhibition.latent.clouds()
    labels = exhibition.digits.labels
    errors = [exhibition.dense_errors[labels == digit].mean().item() for digit in range(10)]
    easiest, second = sorted(clouds, key=lambda cloud: -cloud.same)[:2]
    hardest = min(clouds, key=lambda cloud: cloud.same)
    pair = max(clouds, key=lambda cloud: cloud.confused)
    worst, next_worst = sorted(range(10), key=lambda digit: -errors[digit])[:2]
    best = min(range(10), key=lambda digit: errors[digit])
    rows = "".join(
        f'<tr><th scope="row"><i style="background:{DIGIT_COLOURS[cloud.digit]}"></i>{cloud.digit}'
        f"</th><td>{percent(cloud.same)}</td>"
        f"<td>{a(cloud.confused_with)} ({percent(cloud.confused)})</td>"
        f"<td>{cloud.spread:.1f}</td><td>{error:.3f}</td></tr>"
        for cloud, error in zip(clouds, errors, strict=True)
    )
    return f"""{STYLE}
<h3>Which digits can three numbers tell apart?</h3>
<p>Look at each test digit's eight nearest neighbours on the map. Those of
<b>{a(easiest.digit)}</b> are nearly all the same digit ({percent(easiest.same)}), and so are
those of <b>{a(second.digit)}</b> ({percent(second.same)}): these are most unlike the others.
Hardest to tell is <b>{a(hardest.digit)}</b> ({percent(hardest.same)}). Most alike are
<b>{pair.digit} and {pair.confused_with}</b>: {percent(pair.confused)} of the neighbours of
{a(pair.digit)} are {pair.confused_with}s. Worst rebuilt from three numbers are <b>{worst}</b> and
<b>{next_worst}</b>, best is <b>{best}</b>.</p>
<table><thead><tr><th scope="col">digit</th>
<th scope="col">neighbours that are<br>the same digit</th>
<th scope="col">most often<br>confused with</th><th scope="col">size of its cloud<br>(spread)</th>
<th scope="col">mean error<br>when rebuilt</th></tr></thead><tbody>{rows}</tbody></table>"""


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"
