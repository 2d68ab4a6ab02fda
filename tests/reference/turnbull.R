# Writes turnbull.json. R 4.2.2, package survival 3.5-3 (only for the column "survfit"):  Rscript turnbull.R > turnbull.json
# "survival": an EM of our own on Turnbull's innermost intervals, until max(A'(c / As)) - n < 1e-9.
# "survfit": survfit(type = "interval2"), which stops its EM a little earlier.
# "low", "high": limits of the profile likelihood. For a value of S(t), an EM that keeps the mass after t at this value;
# then uniroot on the value.
# "binomial": binom.test where no interval crosses t.
# radiotherapy, with_chemotherapy: breast cosmesis, Finkelstein & Wolfe 1985, Biometrics 41:933-945, table 4; published NPMLE
# of the first: R package interval, icfit(Surv(left, right, type = "interval2") ~ treatment, data = bcos).
library(survival)
radio <- matrix(c(45,Inf, 6,10, 0,7, 46,Inf, 46,Inf, 7,16, 17,Inf, 7,14, 37,44, 0,8, 4,11, 15,Inf, 11,15, 22,Inf,
  46,Inf, 46,Inf, 25,37, 46,Inf, 26,40, 46,Inf, 27,34, 36,44, 46,Inf, 36,48, 37,Inf, 40,Inf, 17,25, 46,Inf, 11,18,
  38,Inf, 5,12, 37,Inf, 0,5, 18,Inf, 24,Inf, 36,Inf, 5,11, 19,35, 17,25, 24,Inf, 32,Inf, 33,Inf, 19,26, 37,Inf,
  34,Inf, 36,Inf), ncol = 2, byrow = TRUE)
chemo <- matrix(c(8,12, 0,22, 24,31, 17,27, 17,23, 24,30, 16,24, 13,Inf, 11,13, 16,20, 18,25, 17,26, 32,Inf, 23,Inf,
  44,48, 14,17, 0,5, 5,8, 12,20, 11,Inf, 33,40, 31,Inf, 13,39, 19,32, 34,Inf, 13,Inf, 16,24, 35,Inf, 15,22, 11,17,
  22,32, 48,Inf, 30,34, 13,Inf, 10,17, 8,21, 4,9, 11,Inf, 14,19, 4,8, 34,Inf, 30,36, 18,24, 16,60, 35,39, 21,Inf,
  11,20, 48,Inf), ncol = 2, byrow = TRUE)
many <- function(...) { a <- matrix(c(...), ncol = 3, byrow = TRUE); a[rep(seq_len(nrow(a)), a[, 3]), 1:2] }
set.seed(20)
wide <- t(sapply(1:60, function(i) { x <- rexp(1, 1/20); v <- sort(runif(3, 0, 60)); e <- c(0, round(v), Inf)
  j <- findInterval(x, e, left.open = TRUE); c(e[j], e[j + 1]) }))
wide <- wide[wide[, 1] < wide[, 2], ]
sets <- list(
  `all seen` = list(x = many(16,34,10, 34,52,10, 52,Inf,20), at = c(34,52)),
  `four missed one visit` = list(x = many(16,34,10, 34,52,10, 52,Inf,20, 16,52,4), at = c(34,52)),
  `lost at both visits` = list(x = many(16,34,11, 34,52,14, 52,Inf,5, 16,52,2, 16,Inf,3, 34,Inf,3), at = c(34,52)),
  `nobody had the event` = list(x = many(34,Inf,3, 52,Inf,9), at = c(34,40,52)),
  `everybody had it` = list(x = many(16,34,3, 34,52,4, 16,52,2), at = c(34,52)),
  `one interval` = list(x = many(16,34,5), at = c(16,34)),
  `exact beside intervals` = list(x = many(34,34,3, 16,34,2, 34,52,4, 40,40,1, 30,40,3, 52,Inf,4, 16,60,1), at = c(33,34,40,52)),
  `exact and right-censored` = list(x = many(1,1,1, 1,Inf,1, 2,2,2, 2,Inf,1, 3,3,2, 4,Inf,1, 5,5,2, 9,9,1), at = c(1,2,3,5,9)),
  radiotherapy = list(x = radio, at = c(5,10,20,30,40)),
  with_chemotherapy = list(x = chemo, at = c(5,12,20,30,40)),
  `wide intervals` = list(x = wide, at = c(5,10,20,35)))
# Ends on one scale: an exact time t reaches from just before t to just after it.
code <- function(x) cbind(ifelse(x[,1] == x[,2], 2*x[,1], 2*x[,1] + 1), 2*x[,2] + 1)
inner <- function(lo, hi) { s <- NULL
  for (l in sort(unique(lo))) { r <- min(hi[hi > l]); if (!any(lo > l & lo < r)) s <- rbind(s, c(l, r)) }
  s }
member <- function(z, s) outer(seq_len(nrow(z)), seq_len(nrow(s)), function(i, j) 1*(z[i,1] <= s[j,1] & s[j,2] <= z[i,2]))
em <- function(A, tol = 1e-9) { n <- nrow(A); p <- rep(1/ncol(A), ncol(A))
  repeat { g <- as.vector(crossprod(A, 1/as.vector(A %*% p))); if (max(g) - n < tol) return(list(p = p, gap = max(g) - n)); p <- p * g / n } }
held <- function(A, side, v) { p <- ifelse(side, v/sum(side), (1 - v)/sum(!side))
  for (i in 1:200000) { w <- p * as.vector(crossprod(A, 1/as.vector(A %*% p)))
    share <- function(w, p) if (sum(w) > 0) w/sum(w) else p/sum(p)
    new <- p; new[side] <- v*share(w[side], p[side]); new[!side] <- (1 - v)*share(w[!side], p[!side]); if (max(abs(new - p)) < 1e-13) break; p <- new }
  sum(log(as.vector(A %*% p))) }
num <- function(x, f = "%.12g") paste0("[", paste(ifelse(is.na(x), "null", ifelse(is.infinite(x), '"inf"', sprintf(f, x))), collapse = ", "), "]")
rows <- c()
for (name in names(sets)) {
  x <- sets[[name]]$x; at <- sets[[name]]$at; z <- code(x)
  s <- inner(z[,1], z[,2]); fit <- em(member(z, s)); p <- fit$p
  high <- sapply(at, function(t) 1 - sum(p[s[,2] <= 2*t + 1])); low <- sapply(at, function(t) sum(p[s[,1] >= 2*t + 1]))
  f <- survfit(Surv(x[,1], as.numeric(ifelse(is.infinite(x[,2]), NA, x[,2])), type = "interval2") ~ 1)
  r <- summary(f, times = at, extend = TRUE)$surv
  lo <- hi <- bl <- bh <- rep(NA, length(at))
  for (k in seq_along(at)) { t <- at[k]; cut <- 2*t + 1
    if (!any(x[,1] < t & t < x[,2])) { b <- binom.test(sum(z[,1] >= cut), nrow(x))$conf.int; bl[k] <- b[1]; bh[k] <- b[2] }
    else {
      s2 <- inner(c(z[,1], 0, cut), c(z[,2], cut, Inf)); A <- member(z, s2); side <- s2[,1] >= cut
      best <- sum(log(as.vector(member(z, s) %*% p))); d <- function(v) 2*(best - held(A, side, v)) - qchisq(0.95, 1)
      eps <- 1e-9
      lo[k] <- if (low[k] <= eps || d(eps) < 0) 0 else uniroot(d, c(eps, min(low[k], 1 - eps)), tol = 1e-10)$root
      hi[k] <- if (high[k] >= 1 - eps || d(1 - eps) < 0) 1 else uniroot(d, c(max(high[k], eps), 1 - eps), tol = 1e-10)$root } }
  rows <- c(rows, sprintf(paste0('{"name": "%s", "left": %s,\n "right": %s,\n "support_left": %s, "support_right": %s,\n "mass": %s,',
    ' "gap": %.3g,\n "at": %s, "survival_low": %s,\n "survival_high": %s,\n "survfit": %s,\n "low": %s, "high": %s,\n',
    ' "binomial_low": %s, "binomial_high": %s}'),
    name, num(x[,1]), num(x[,2]), num(floor(s[,1]/2)), num(floor(s[,2]/2)), num(p), fit$gap, num(at), num(low), num(high),
    num(r), num(lo), num(hi), num(bl), num(bh)))
}
cat("[\n", paste(rows, collapse = ",\n"), "\n]\n", sep = "")
