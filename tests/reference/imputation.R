# Writes imputation.json. R 4.2.2, package mice 3.15.0:  Rscript imputation.R > imputation.json
# "monotone": 10,000 draws by mice.impute.norm for three participants without an outcome.
# "chained": 600 imputed sets by mice(method = "norm", maxit = 10) of 40 participants and 4 visits with gaps.
# Both give mean, standard deviation and quantiles of what was imputed, cell by cell.
suppressMessages(library(mice))
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.10g", x)), collapse = ", "), "]")
table <- function(x) paste0("[", paste(apply(x, 1, num), collapse = ",\n  "), "]")
told <- function(draws) list(mean = apply(draws, 1, mean), sd = apply(draws, 1, sd), low = apply(draws, 1, quantile, 0.1), high = apply(draws, 1, quantile, 0.9))
json <- function(s) paste(sprintf('"%s": %s', names(s), sapply(s, num)), collapse = ",\n ")
set.seed(11)
n <- 18
x <- round(cbind(rnorm(n, 3, 0.5), rnorm(n, 2, 0.8)), 2)
y <- round(0.5 + 0.6 * x[, 1] + 0.4 * x[, 2] + rnorm(n, 0, 0.4), 2)
y[c(2, 9, 15)] <- NA; x[15, ] <- c(5.2, -1.1)
draws <- replicate(10000, as.vector(mice.impute.norm(y, !is.na(y), x)))
one <- told(draws)
n <- 40
z <- matrix(rnorm(n * 4), n) %*% chol(0.3 + 0.5 * diag(4)) + rep(c(3, 2.2, 1.6, 1.2), each = n)
z <- round(z, 2)
z[cbind(c(1,2,3,4,5,5,6,7,8,9,9,10), c(2,3,2,4,2,3,4,1,3,3,4,2))] <- NA
colnames(z) <- paste0("v", 1:4)
runs <- lapply(1:12, function(seed)  # small runs, since mice slows down with m
  mice(as.data.frame(z), m = 50, maxit = 10, method = "norm", printFlag = FALSE, seed = seed)$imp)
cells <- which(is.na(t(z)), arr.ind = TRUE)  # by participant, then visit
two <- told(t(sapply(seq_len(nrow(cells)), function(i) {
  v <- cells[i, 1]; p <- cells[i, 2]; unlist(lapply(runs, function(r) as.numeric(r[[v]][as.character(p), ]))) })))
cat('{"monotone": {"draws": 6000, "predictors": ', table(x), ',\n "outcome": ', num(y), ",\n ", json(one),
  '},\n"chained": {"draws": 600, "values": ', table(z), ",\n ", json(two), "}}\n", sep = "")
