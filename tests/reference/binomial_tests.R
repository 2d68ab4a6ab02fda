# Rscript binomial_tests.R > binomial_tests.json, in this folder; R 4.2.2 without packages.
# p values by binom.test (one-sided), twice the smaller one, and Blaker's from its definition; size and power of the
# one-sided test by qbinom and pbinom; and how many participants it needs, by trying every n up to 3,000.
source("binomial_limits.R")
rows <- function(lines) paste0("[\n", paste(lines, collapse = ",\n"), "\n]")

cases <- rbind(
  expand.grid(x = c(0, 1, 5, 14, 22, 25, 28, 33, 36, 41, 49, 50), n = 50, against = c(0.1, 0.4, 0.5, 0.58, 0.9)),
  expand.grid(x = 0:3, n = 3, against = c(0.2, 0.5)),
  data.frame(x = c(0, 1, 1, 500, 540), n = c(1, 1, 29, 1000, 1000), against = c(0.3, 0.3, 0.2, 0.5, 0.5)))
tests <- sapply(seq_len(nrow(cases)), function(i) {
  one <- cases[i, ]
  p <- sapply(c("greater", "less"), function(side) binom.test(one$x, one$n, one$against, side)$p.value)
  sprintf('{"x": %d, "n": %d, "against": %g, "greater": %.12g, "less": %.12g, "doubled": %.12g, "blaker": %.12g}',
          one$x, one$n, one$against, p[1], p[2], min(1, 2 * min(p)), blaker_p(one$x, one$n, one$against))
})

design <- function(n, against, truth, alpha) {
  if (truth > against) {
    critical <- qbinom(alpha, n, against, lower.tail = FALSE) + 1  # the smallest count that more than alpha never reach
    tail <- function(p) pbinom(critical - 1, n, p, lower.tail = FALSE)
  } else {
    critical <- qbinom(alpha, n, against) - 1
    if (pbinom(critical + 1, n, against) <= alpha) critical <- critical + 1
    tail <- function(p) pbinom(critical, n, p)
  }
  c(critical, tail(against), tail(truth))
}
designs <- list(c(0.5, 0.7, 0.025), c(0.4, 0.6, 0.025), c(0.6, 0.8, 0.05), c(0.7, 0.5, 0.025), c(0.05, 0.2, 0.1), c(0.9, 0.8, 0.025))
curves <- unlist(lapply(designs, function(d) sapply(c(1:8, 20, 40:60, 100, 400), function(n) {
  found <- design(n, d[1], d[2], d[3])
  sprintf('{"n": %d, "against": %g, "truth": %g, "alpha": %g, "critical": %d, "size": %.12g, "power": %.12g}',
          n, d[1], d[2], d[3], found[1], found[2], found[3])
})))
needs <- unlist(lapply(designs, function(d) sapply(c(0.8, 0.9), function(power) {
  has <- sapply(1:3000, function(n) design(n, d[1], d[2], d[3])[3] >= power)
  sprintf('{"against": %g, "truth": %g, "alpha": %g, "power": %g, "first": %d, "sufficient": %d}',
          d[1], d[2], d[3], power, which(has)[1], max(which(!has)) + 1)
})))
cat('{"tests": ', rows(tests), ',\n"curves": ', rows(curves), ',\n"needs": ', rows(needs), "}\n", sep = "")
