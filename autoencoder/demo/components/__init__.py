"""The components of the page."""
