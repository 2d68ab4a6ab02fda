# Limits for a proportion that base R has no function for, each from its definition and by search; sourced by the
# programs beside it. Exact two-sided intervals, x of n, alpha = 1 - level.

# Mid-P: the truth at which what was seen counts half in its tail.
midp_limits <- function(x, n, alpha) {
  root <- function(tail) uniroot(tail, c(0, 1), tol = 1e-14, maxiter = 10000)$root
  c(if (x == 0) 0 else root(function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 - alpha / 2),
    if (x == n) 1 else root(function(p) alpha / 2 - pbinom(x - 1, n, p) - dbinom(x, n, p) / 2))
}

# Blaker 2000: the smaller tail at x, and all of the other side whose tail is no greater. Ties by a relative 1e-9.
blaker_p <- function(x, n, p) {
  k <- 0:n
  tails <- pmin(cumsum(dbinom(k, n, p)), rev(cumsum(rev(dbinom(k, n, p)))))
  min(1, sum(dbinom(k[tails <= tails[x + 1] * (1 + 1e-9)], n, p)))
}

# The smallest truth that is not rejected: a walk of 1e-5 from the exact limit inwards, then bisection in the last step.
blaker_lower <- function(x, n, alpha) {
  if (x == 0) return(0)
  p <- qbeta(alpha / 2, x, n - x + 1)
  while (blaker_p(x, n, p + 1e-5) <= alpha) p <- p + 1e-5
  low <- p; high <- p + 1e-5
  for (step in 1:60) {
    middle <- (low + high) / 2
    if (blaker_p(x, n, middle) > alpha) high <- middle else low <- middle
  }
  high
}
blaker_limits <- function(x, n, alpha) c(blaker_lower(x, n, alpha), 1 - blaker_lower(n - x, n, alpha))

# Newcombe 1998, method 4. prop.test shrinks its correction to |x - n / 2| where that is less than a half.
wilson_corrected_limits <- function(x, n, alpha) {
  z <- qnorm(1 - alpha / 2); p <- x / n; q <- 1 - p
  c(if (x == 0) 0 else (2 * n * p + z^2 - 1 - z * sqrt(z^2 - 2 - 1 / n + 4 * p * (n * q + 1))) / (2 * (n + z^2)),
    if (x == n) 1 else (2 * n * p + z^2 + 1 + z * sqrt(z^2 + 2 - 1 / n + 4 * p * (n * q - 1))) / (2 * (n + z^2)))
}

jeffreys_limits <- function(x, n, alpha) qbeta(c(alpha / 2, 1 - alpha / 2), x + 0.5, n - x + 0.5)
clopper_pearson_limits <- function(x, n, alpha) as.numeric(binom.test(x, n, conf.level = 1 - alpha)$conf.int)
wilson_limits <- function(x, n, alpha)
  suppressWarnings(as.numeric(prop.test(x, n, conf.level = 1 - alpha, correct = FALSE)$conf.int))

METHODS <- list(clopper_pearson = clopper_pearson_limits, wilson = wilson_limits,
                wilson_corrected = wilson_corrected_limits, jeffreys = jeffreys_limits,
                mid_p = midp_limits, blaker = blaker_limits)
