# Rscript poisson_rates.R > poisson_rates.json, in this folder; R 4.2.2 without packages.
# Exact limits of a rate by poisson.test, and the exposure-adjusted incidence of a small trial by tapply and sum.
cases <- rbind(
  expand.grid(events = c(0, 1, 3, 12, 100), exposure = c(0.25, 10, 1822), level = 0.95),
  expand.grid(events = c(0, 2, 50), exposure = 31.4, level = c(0.8, 0.9, 0.99)))
rows <- sapply(seq_len(nrow(cases)), function(i) {
  one <- cases[i, ]
  limits <- poisson.test(one$events, one$exposure, conf.level = one$level)$conf.int
  sprintf('{"events": %d, "exposure": %g, "level": %g, "low": %.12g, "high": %.12g}',
          one$events, one$exposure, one$level, limits[1], limits[2])
})
set.seed(17)
trials <- sapply(c(1, 8, 50), function(n) {
  until_end <- round(runif(n, 0, 1.2), 3)
  event_at <- round(rexp(n, 0.8), 3)
  has_event <- event_at < until_end
  at_risk <- pmin(until_end, event_at)
  found <- poisson.test(sum(has_event), sum(at_risk))
  sprintf('{"years": [%s], "events": [%s], "rate": %.12g, "low": %.12g, "high": %.12g}',
          paste(at_risk, collapse = ", "), paste(ifelse(has_event, "true", "false"), collapse = ", "),
          found$estimate, found$conf.int[1], found$conf.int[2])
})
cat('{"limits": [\n', paste(rows, collapse = ",\n"), '\n],\n"trials": [\n', paste(trials, collapse = ",\n"), "\n]}\n", sep = "")
