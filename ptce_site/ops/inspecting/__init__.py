"""What `check_site` looks at: one file a family of rules, each a function from a site to faults."""
