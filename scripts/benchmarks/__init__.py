"""What `scripts/benchmark.py` measures: one module a section."""

# (what, value, unit, target): a row of the table. A target is "" or a sign and a number: "<= 20".
Row = tuple[str, float, str, str]
