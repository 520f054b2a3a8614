"""What comes in: the data contract, readers, checks and the bundled reference data."""
