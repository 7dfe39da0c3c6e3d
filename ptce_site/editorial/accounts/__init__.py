"""Who signs in: second factors, sessions, one-time links, what happened (docs/adr/0021)."""
