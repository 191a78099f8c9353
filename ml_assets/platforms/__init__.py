"""Where tables, registry and endpoints live."""
