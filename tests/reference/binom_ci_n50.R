# binom_ci_n50.json holds the exact and the score interval for every x of 50, as R 4.2.2 gave them (the exact
# one by package exactci 1.4-5), printed with 11 significant digits. This program gives the same columns with R alone.
n <- 50
rows <- lapply(0:n, function(x) {
  cp <- binom.test(x, n, conf.level = 0.95)$conf.int
  w <- prop.test(x, n, conf.level = 0.95, correct = FALSE)$conf.int
  sprintf('{"x": %d, "n": %d, "clopper_pearson": [%.11g, %.11g], "wilson": [%.11g, %.11g]}',
          x, n, cp[1], cp[2], w[1], w[2])
})
cat("[\n", paste(rows, collapse = ",\n"), "\n]\n", sep = "")
