"""How the page is served: what the server refuses, the files it sends and those it is sent."""
