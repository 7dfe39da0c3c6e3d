"""One dated file that holds the whole site, and the way back from it (docs/adr/0020)."""
