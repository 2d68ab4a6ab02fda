# Writes rubin.json. R 4.2.2, package mice 3.15.0:  Rscript rubin.R > rubin.json
# "pool": mice::pool.scalar(Q, U, n, k = 1); n "inf" is mice's default. mice puts a floor of 1e-4 under lambda, so that sets
# which hardly differ are left out here.
# "wilson": the interval of Lott & Reiter 2020, Am Stat 74:109-115, written out from their quadratic formula; for
# 0.20, 0.23, 0.22 of n = 10 at level 0.9 it gives 0.07684304, 0.47892199 as the README of R package MIWilson prints.
suppressMessages(library(mice))
num <- function(x) paste0("[", paste(ifelse(is.infinite(x), '"inf"', sprintf("%.15g", x)), collapse = ", "), "]")
sets <- list(
  list(Q = c(1.10,1.25,.95,1.30,1.05), U = c(.040,.044,.038,.045,.041), n = c(50, Inf)),
  list(Q = c(0.3,0.5), U = c(0.01,0.012), n = c(10, 50, Inf)),
  list(Q = c(-2,-2.5,-1,-3,-2.2,-1.9,-2.05), U = rep(0.25, 7), n = c(12, 400, Inf)),
  list(Q = c(5,5.02,4.99,5.01), U = c(1,1.1,0.9,1), n = c(3, 50, Inf)),
  list(Q = c(0,10,-10), U = c(1e-4,1e-4,2e-4), n = Inf))
rows <- c()
for (s in sets) for (n in s$n) {
  p <- if (is.infinite(n)) pool.scalar(s$Q, s$U) else pool.scalar(s$Q, s$U, n = n, k = 1)
  half <- qt(0.975, p$df) * sqrt(p$t)
  rows <- c(rows, sprintf('{"estimates": %s, "variances": %s, "n": %s, "qbar": %.15g, "ubar": %.15g, "b": %.15g, "t": %.15g,\n "df": %.15g, "fmi": %.15g, "low": %.15g, "high": %.15g}',
    num(s$Q), num(s$U), ifelse(is.infinite(n), '"inf"', n), p$qbar, p$ubar, p$b, p$t, p$df, p$fmi, p$qbar - half, p$qbar + half))
}
mi_wilson <- function(phat, n, level) {
  m <- length(phat); q <- mean(phat); u <- mean(phat * (1 - phat) / n)
  r <- if (var(phat) == 0) 0 else (1 + 1/m) * var(phat) / u
  t2 <- qt((1 + level)/2, (m - 1) * (1 + 1/r)^2)^2
  a <- t2/n + t2*r/n; base <- (2*q + a) / (2*(1 + a))
  base + c(-1, 1) * sqrt(base^2 - q^2/(1 + a))
}
stopifnot(max(abs(mi_wilson(c(.2,.23,.22), 10, 0.9) - c(0.07684304, 0.47892199))) < 1e-8)
cases <- list(c(36,38,37,35,37), c(50,49,50), c(1,0,0,2), c(25,25), c(3,9,6,2,8,5))
w <- sapply(cases, function(x) { i <- mi_wilson(x/50, 50, 0.95)
  sprintf('{"responders": %s, "n": 50, "low": %.15g, "high": %.15g}', num(x), i[1], i[2]) })
# Proportions on the logit: Rubin's rules by mice on the logits, Barnard & Rubin's df for n - 1 = 49.
logit <- sapply(cases[c(1, 4, 5)], function(x) { p <- x/50
  s <- pool.scalar(qlogis(p), 1/(50*p*(1-p)), n = 50, k = 1)
  df <- s$df; h <- qt(0.975, df) * sqrt(s$t)
  sprintf('{"responders": %s, "n": 50, "estimate": %.15g, "low": %.15g, "high": %.15g, "lambda": %.3g}', num(x),
    plogis(s$qbar), plogis(s$qbar - h), plogis(s$qbar + h), (1 + 1/length(x)) * s$b / s$t) })
cat('{"pool": [\n', paste(rows, collapse = ",\n"), '],\n"wilson": [\n', paste(w, collapse = ",\n"),
  '],\n"logit": [\n', paste(logit, collapse = ",\n"), "]}\n", sep = "")
