"""Files opened as streams of record batches, their types known before the first row is written."""
