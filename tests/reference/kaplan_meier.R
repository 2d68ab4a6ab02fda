# Writes kaplan_meier.json. R 4.2.2, package survival 3.5-3:  Rscript kaplan_meier.R > kaplan_meier.json
# For each data set and both kinds of limits: summary(survfit) at times, and quantile(survfit, 0.5).
# 6-MP: remission times of the treated group of Freireich et al. 1963, Blood 21:699-716, as printed by many books.
library(survival)
sets <- list(
  mercaptopurine = list(
    t = c(6,6,6,6,7,9,10,10,11,13,16,17,19,20,22,23,25,32,32,34,35),
    d = c(1,1,1,0,1,0,1,0,0,1,1,0,0,0,1,1,0,0,0,0,0), at = c(0,5,6,10,22,23,30,35)),
  ties = list(t = c(1,1,2,2,2,3,3,4,5,5,5,9), d = c(1,0,1,1,0,1,1,0,1,1,0,1), at = c(0.5,1,2,2.5,3,4,5,8,9)),
  `all censored` = list(t = c(2,3,3,8), d = c(0,0,0,0), at = c(1,3,8)),
  `all events` = list(t = c(1,2,3,4), d = c(1,1,1,1), at = c(1,2,3,4)),
  `flat at one half to the end` = list(t = c(1,2,3,4), d = c(1,1,0,0), at = c(1,2,4)),
  `one participant` = list(t = 5, d = 1, at = c(4,5)),
  `last observation is an event` = list(t = c(3,5,8,8,12), d = c(0,1,0,1,1), at = c(3,5,8,12)))
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.15g", x)), collapse = ", "), "]")
rows <- c()
for (name in names(sets)) for (kind in c("log-log", "log")) {
  s <- sets[[name]]
  fit <- survfit(Surv(s$t, s$d) ~ 1, conf.type = kind)
  u <- summary(fit, times = s$at, extend = TRUE)
  q <- quantile(fit, 0.5)
  rows <- c(rows, sprintf(paste0(
    '{"name": "%s", "limits": "%s", "times": %s, "events": %s, "at": %s,\n "at_risk": %s, "survival": %s,\n',
    ' "standard_error": %s,\n "low": %s,\n "high": %s,\n "median": %s}'),
    name, kind, num(s$t), num(s$d), num(s$at), num(u$n.risk), num(u$surv), num(u$std.err), num(u$lower), num(u$upper),
    num(c(q$quantile, q$lower, q$upper))))
}
cat("[\n", paste(rows, collapse = ",\n"), "\n]\n", sep = "")
