"""From a source table to a train and a test set."""
