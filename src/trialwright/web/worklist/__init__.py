"""Home: what is to do, per role."""
