# Rscript descriptive.R > descriptive.json, in this folder; R 4.2.2 without packages.
# n, mean, sd, extremes, and quantiles of type 2 (SAS's definition 5) of samples with ties, of one value, and of none.
set.seed(5)
samples <- list(
  c(3), c(2, 7), c(1, 2, 3), c(1, 2, 4, 5), rep(4.2, 6), c(0, 0, 0, 1, 1, 30),
  round(rexp(50, 0.1), 1), round(rnorm(49, -3, 2), 2), round(runif(30), 3), rpois(101, 2), c(-1e6, 1e-6, 1e6))
shares <- c(0, 0.05, 0.1, 0.25, 0.3, 0.5, 0.6, 0.75, 0.9, 0.95, 1)
rows <- sapply(samples, function(x) {
  sd <- if (length(x) == 1) "null" else sprintf("%.12g", sd(x))
  sprintf('{"values": [%s], "mean": %.12g, "sd": %s, "min": %.12g, "max": %.12g, "quantiles": [%s]}',
          paste(format(x, digits = 12, trim = TRUE), collapse = ", "), mean(x), sd, min(x), max(x),
          paste(sprintf("%.12g", quantile(x, shares, type = 2, names = FALSE)), collapse = ", "))
})
cat('{"shares": [', paste(shares, collapse = ", "), '],\n"samples": [\n', paste(rows, collapse = ",\n"), "\n]}\n", sep = "")
