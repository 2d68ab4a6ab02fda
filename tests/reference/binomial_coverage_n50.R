# Rscript binomial_coverage_n50.R > binomial_coverage_n50.csv, in this folder; R 4.2.2 without packages.
# How often each 95 % interval of 50 participants misses the truth, in hundred-thousandths: one row for each truth
# 0.0001, 0.0002 ... 0.9999, by summing dbinom over the counts whose limits do not hold it. 1 - value / 100000 is the
# coverage, rounded by at most 5e-6.
source("binomial_limits.R")
n <- 50
truths <- (1:9999) / 10000
chances <- sapply(truths, function(p) dbinom(0:n, n, p))
missed <- sapply(METHODS, function(method) {
  limits <- sapply(0:n, function(x) method(x, n, 0.05))
  is_missed <- outer(limits[1, ], truths, ">") | outer(limits[2, ], truths, "<")
  colSums(chances * is_missed)
})
cat(paste(names(METHODS), collapse = ","), "\n", sep = "")
cat(apply(round(missed * 1e5), 1, paste, collapse = ","), sep = "\n")
