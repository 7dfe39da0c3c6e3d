"""Things edited in a spreadsheet: files out and in; a row is a posted form (docs/adr/0015)."""
