"""The training: `loop.py` first, what it needs beside it."""
