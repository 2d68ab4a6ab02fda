# mmrm_nlme.json: small made-up data, and what R 4.2.2 makes of them. Rscript mmrm_nlme.R > mmrm_nlme.json
#   gaps      30 subjects, 4 visits, a fifth of the responses missing: gls of package nlme 3.1-162 by REML with a free
#             covariance (corSymm), heterogeneous Toeplitz (corARMA(p = 3), which for 4 visits is every Toeplitz matrix)
#             and heterogeneous AR(1) (corAR1), each with one variance a visit (varIdent)
#   complete  12 subjects, 3 visits, none missing: t.test of each visit, and paired of visits 2 and 3 against 1; of so
#             whole data the mixed model with a free covariance makes the same, degrees of freedom included
#   single    20 subjects, one visit, a baseline: lm
library(nlme)
options(digits = 15)

array_of <- function(x) paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.10g", x)), collapse = ", "), "]")
object_of <- function(...) {
  parts <- c(...)
  paste0("{", paste0('"', names(parts), '": ', parts, collapse = ",\n "), "}")
}

set.seed(20260412)
visits <- 4
subjects <- 30
spread <- c(3, 4, 5, 6)
correlation <- matrix(c(1, .7, .5, .3, .7, 1, .7, .5, .5, .7, 1, .7, .3, .5, .7, 1), 4)
made <- matrix(rnorm(subjects * visits), subjects) %*% chol(correlation * outer(spread, spread))
gaps <- data.frame(
  subject = rep(seq_len(subjects), each = visits),
  visit = rep(seq_len(visits), subjects),
  arm = rep(rep(0:1, length.out = subjects), each = visits),
  baseline = rep(round(rnorm(subjects, 20, 5), 1), each = visits)
)
gaps$y <- round(as.vector(t(made)) + 0.5 * gaps$baseline - 1.5 * gaps$visit * gaps$arm, 2)
gaps$y[sample(nrow(gaps), nrow(gaps) / 5)] <- NA
used <- gaps[!is.na(gaps$y), ]

fit_of <- function(structure) {
  fit <- gls(y ~ baseline + arm * factor(visit), used, structure, varIdent(form = ~ 1 | visit),
             method = "REML",
             control = glsControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-12))
  free <- attr(fit$apVar, "Pars")
  whole <- names(which(table(used$subject) == visits))[1]
  object_of(
    loglik = sprintf("%.10g", as.numeric(logLik(fit))),
    aic = sprintf("%.10g", -2 * as.numeric(logLik(fit)) + 2 * length(free)),
    estimate = array_of(coef(fit)),
    se = array_of(sqrt(diag(vcov(fit)))),
    covariance = array_of(getVarCov(fit, individual = whole))
  )
}

# In the data frame the visit's interaction stands last, as R orders terms: baseline, arm, visit 2, 3, 4, arm by visit.
complete <- round(matrix(rnorm(36), 12) %*% chol(correlation[1:3, 1:3]) * 4 + 20, 2)
test_of <- function(x) {
  t <- t.test(x)
  c(unname(t$estimate), t$stderr, unname(t$parameter), t$p.value, t$conf.int)
}
single <- data.frame(baseline = round(rnorm(20, 20, 5), 1))
single$y <- round(3 + 0.4 * single$baseline + rnorm(20, 0, 2), 2)
line <- lm(y ~ baseline, single)

cat(object_of(
  versions = sprintf('"R %s, nlme %s"', getRversion(), packageVersion("nlme")),
  gaps = object_of(
    subject = array_of(gaps$subject), visit = array_of(gaps$visit), arm = array_of(gaps$arm),
    baseline = array_of(gaps$baseline), y = array_of(gaps$y),
    unstructured = fit_of(corSymm(form = ~ visit | subject)),
    `heterogeneous-toeplitz` = fit_of(corARMA(c(0.6, 0.05, -0.05), form = ~ visit | subject, p = 3)),
    `heterogeneous-ar1` = fit_of(corAR1(0.6, form = ~ visit | subject))
  ),
  complete = object_of(
    y = array_of(as.vector(t(complete))),
    means = paste0("[", paste(apply(complete, 2, function(x) array_of(test_of(x))), collapse = ", "), "]"),
    changes = paste0("[", paste(apply(complete[, 2:3] - complete[, 1], 2, function(x) array_of(test_of(x))),
                                collapse = ", "), "]")
  ),
  single = object_of(
    baseline = array_of(single$baseline), y = array_of(single$y),
    estimate = array_of(coef(line)), se = array_of(sqrt(diag(vcov(line)))), df = line$df.residual,
    p = array_of(summary(line)$coefficients[, 4]), low = array_of(confint(line)[, 1]),
    high = array_of(confint(line)[, 2]), f_both_zero = sprintf("%.10g", anova(lm(y ~ 0, single), line)$F[2]), sigma2 = sprintf("%.10g", summary(line)$sigma^2),
    loglik = sprintf("%.10g", as.numeric(logLik(line, REML = TRUE)))
  )
), "\n", sep = "")
