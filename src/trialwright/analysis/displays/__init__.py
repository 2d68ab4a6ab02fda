"""Tables, listings and figures of the results dataset, and the study report that they stand in; each written in four formats."""
