"""Statistical methods, one module a family: arrays in, arrays out, one trial is k = 1 and a simulation is k = 10,000."""
