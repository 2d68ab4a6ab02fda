# Rscript binom_ci.R > binom_ci.json, in this folder; R 4.2.2 without packages.
# Six intervals for examples of other levels and sizes than those of binom_ci_n50.json, and its own x = 25, where
# the corrected interval of prop.test is another method.
source("binomial_limits.R")
cases <- rbind(
  expand.grid(x = c(0, 1, 2, 3, 5, 6, 7), n = 7, level = c(0.8, 0.95, 0.99)),
  expand.grid(x = c(0, 1), n = 1, level = 0.95),
  expand.grid(x = c(0, 1, 9, 10, 19, 20), n = 20, level = c(0.9, 0.95, 0.999)),
  expand.grid(x = c(0, 2, 15, 74, 100, 148), n = 148, level = c(0.5, 0.9, 0.95)),
  data.frame(x = c(81, 1, 25, 500, 3), n = c(263, 29, 50, 1000, 1000), level = 0.95))
rows <- lapply(seq_len(nrow(cases)), function(i) {
  one <- cases[i, ]
  limits <- sapply(names(METHODS), function(name) {
    found <- METHODS[[name]](one$x, one$n, 1 - one$level)
    sprintf('"%s": [%.12g, %.12g]', name, found[1], found[2])
  })
  sprintf('{"x": %d, "n": %d, "level": %g, %s}', one$x, one$n, one$level, paste(limits, collapse = ", "))
})
cat("[\n", paste(rows, collapse = ",\n"), "\n]\n", sep = "")
