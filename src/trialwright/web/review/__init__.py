"""The data review: which deviations are important, and who is in an analysis set whatever its rule says."""
