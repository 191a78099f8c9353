"""From record batches to a logged model. Imported only inside the functions that need it."""
