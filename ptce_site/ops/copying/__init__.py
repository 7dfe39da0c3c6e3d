"""How `publish_static` makes the site into files: asked, rewritten, written, verified, swapped."""
