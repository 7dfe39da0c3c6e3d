"""Kill the server again and again in the midst of what people do, then look for what was lost."""
