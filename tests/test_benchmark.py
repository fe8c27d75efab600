"""The scripts that measure: they run, print what they promise, and name what they don't know."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def test_a_small_class_gets_the_whole_page_without_errors(browser):
    """`browser` only to say so where there is none."""
    result = run("scripts/benchmark.py", "classroom", "--clients", "2", "--seconds", "1", "--json")
    assert result.returncode == 0, result.stderr
    rows = json.loads(result.stdout)["classroom"]["rows"]
    values = {row["what"]: row["value"] for row in rows}
    assert values["visitors"] == 2
    assert values["errors"] == 0
    assert values["files that each fetches"] > 10
    assert 0 < values["all of them there after, median"] <= values["the same, the slowest"]


def test_an_unknown_section_and_an_unknown_variation_are_named():
    section = run("scripts/benchmark.py", "elsewhere")
    assert section.returncode != 0
    assert "invalid choice: 'elsewhere'" in section.stderr
    variation = run("scripts/compare_recipes.py", "dense", "elsewhere")
    assert variation.returncode != 0
    assert "unknown: elsewhere; known: start, another seed" in variation.stderr
