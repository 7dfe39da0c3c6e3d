"""What is translated, from which French, and what is not any more (docs/adr/0013)."""
