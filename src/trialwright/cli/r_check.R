# Computes numbers of the report once more, in R, from the datasets beside this file, and prints what differs.
# Run in this folder:  Rscript check.R
# It needs R 4.0 or newer, in a UTF-8 locale; for times to events the package survival, which comes with R.
# Ends with 10 where a number differs or none was checked, and with 1 at a fault.

options(digits = 15, warn = 1)
TOLERANCE <- 1e-8  # of the size of a number, or of 1 where it is smaller; of a p-value always of its size

read <- function(path) read.csv(path, fileEncoding = "UTF-8-BOM", colClasses = "character", na.strings = "")
results <- read("../results.csv")
number <- setNames(as.numeric(results$number), results$id)
statistic <- setNames(results$statistic, results$id)
contributions <- read("contributions.csv")
told <- read("values.csv")

lists <- read("../lists.csv")
sizes <- table(lists$list)

checked <- 0L
added <- 0L
differing <- 0L
left <- character(0)

same <- function(one, other, least) {
  length(other) == 1 && !is.na(one) && !is.na(other) && abs(one - other) <= TOLERANCE * max(least, abs(one))
}
compare <- function(id, again) {
  again <- unname(as.numeric(again))
  if (!same(number[[id]], again, if (statistic[[id]] == "p_value") 0 else 1)) {
    differing <<- differing + 1L
    cat(sprintf("DIFFERS %s: the report says %.12g, R says %s\n", id, number[[id]],
                paste(sprintf("%.12g", again), collapse = " ")))
  }
}
check <- function(id, again) {
  checked <<- checked + 1L
  compare(id, again)
}
# Of what the report itself tells one by one: whether it adds up, and nothing of the data.
adds_up <- function(id, again) {
  added <<- added + 1L
  compare(id, again)
}
check_values <- function(key, values) {
  ids <- paste0(key, "/", names(values), ":value")
  mine <- paste0(key, "/", told$participant[told$group == key], ":value")
  for (id in union(ids, mine)) {
    if (!id %in% names(number) || !id %in% ids) {
      checked <<- checked + 1L
      differing <<- differing + 1L
      cat(sprintf("DIFFERS %s: only in %s\n", id, if (id %in% ids) "R" else "the report"))
    } else {
      check(id, values[[which(ids == id)]])
    }
  }
}
# What the report writes as text beside each number, as a fraction or a decimal, and nothing where there is no number.
as_number <- function(text) {
  parts <- strsplit(text, "/", fixed = TRUE)
  vapply(parts, function(one) if (length(one) == 2) as.numeric(one[1]) / as.numeric(one[2]) else as.numeric(one[1]), 0)
}
check_texts <- function() {
  again <- as_number(results$value)
  wrong <- is.na(again) != is.na(number) | (!is.na(again) & abs(again - number) > TOLERANCE * pmax(abs(number), 1e-300))
  for (at in which(wrong)) cat(sprintf("DIFFERS %s: the text %s, the number %s\n", results$id[at], results$value[at], results$number[at]))
  differing <<- differing + sum(wrong)
  cat(sprintf("TEXTS of numbers in results.csv, compared with the numbers: %d\n", nrow(results)))
}
# What people read in report.html: each number in a cell of a table must be one of the results that the cell names, as it
# is, in percent, or as a share of the other, rounded to the places that are shown.
PAGE <- "../report.html"
check_page <- function() {
  if (!file.exists(PAGE)) {
    cat("NO report.html is here, so that no text of it was compared\n")
    return(invisible())
  }
  page <- paste(readLines(PAGE, encoding = "UTF-8", warn = FALSE), collapse = "\n")
  cells <- regmatches(page, gregexpr('<td[^>]* data-results="[^"]*"[^>]*>.*?</td>', page, perl = TRUE, useBytes = TRUE))[[1]]
  ids <- plain(sub('(?s)^.*? data-results="([^"]*)".*$', "\\1", cells, perl = TRUE, useBytes = TRUE))
  texts <- plain(gsub("\u2212", "-", gsub("<[^>]*>", "", cells), fixed = TRUE))
  for (at in seq_along(cells)) check_cell(strsplit(ids[at], " ", fixed = TRUE)[[1]], texts[at])
  cat(sprintf("TEXTS of cells of report.html, compared with the numbers: %d\n", length(cells)))
}
plain <- function(texts) {
  for (one in list(c("&lt;", "<"), c("&gt;", ">"), c("&quot;", "\""), c("&#x27;", "'"), c("&amp;", "&"))) {
    texts <- gsub(one[1], one[2], texts, fixed = TRUE)
  }
  texts
}
check_cell <- function(ids, text) {
  shown <- regmatches(text, gregexpr("-?[0-9]+([.][0-9]+)?", text))[[1]]
  found <- number[ids]
  days <- as.numeric(results$day[match(ids, results$id)])
  may <- c(found, 100 * found, days, 100 * found[1] / found[2], sum(found[-1]))
  for (one in shown) {
    places <- nchar(sub("^[^.]*[.]?", "", one))
    apart <- abs(as.numeric(one) - may)
    is_found <- if (startsWith(text, "<")) found < as.numeric(one) else if (startsWith(text, ">")) found > as.numeric(one)
      else apart <= 0.5 * 10^-places + 1e-9 * pmax(1, abs(may))
    if (!any(is_found, na.rm = TRUE)) {
      differing <<- differing + 1L
      cat(sprintf("DIFFERS report.html: a cell of %s reads %s\n", paste(ids, collapse = " and "), text))
      break
    }
  }
}
not_checked <- function(what, count) left <<- c(left, sprintf("NOT CHECKED %s: %d", what, count))
finish <- function() {
  writeLines(left)
  cat(sprintf("ADDED UP, not checked, of outcomes that the report itself tells: %d\n", added))
  cat(sprintf("%s: %d checks, %d differ\n", R.version.string, checked, differing))
  quit(status = if (differing > 0 || checked == 0) 10L else 0L)
}

# ------------------------------------------------------------------ responses

outcomes <- function(estimate) contributions[contributions$estimate == estimate, ]
events <- function(e) sum(e$kind == "event")
decided <- function(e) sum(e$kind %in% c("event", "no_event"))
clopper_pearson <- function(x, n, level) binom.test(x, n, conf.level = level)$conf.int
wilson <- function(x, n, level) suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE))$conf.int
jeffreys <- function(x, n, level) qbeta(c(1 - level, 1 + level) / 2, x + 0.5, n - x + 0.5)
mid_p <- function(x, n, level) {
  tail <- (1 - level) / 2
  low <- function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 - tail
  high <- function(p) pbinom(x - 1, n, p) + dbinom(x, n, p) / 2 - tail
  root <- function(f) uniroot(f, c(1e-12, 1 - 1e-12), tol = 1e-13)$root
  c(if (x == 0) 0 else root(low), if (x == n) 1 else root(high))
}
responding <- function(data, parameter, visit, flag) {
  rows <- data[data$PARAMCD == parameter & data$AVISIT %in% visit & data[[flag]] %in% "Y", ]
  sum(rows$AVALC %in% "Y")
}

# How many stand in the list of participants of a number.
people_in <- function(id) {
  name <- results$participants[results$id == id]
  if (is.na(name)) 0 else sizes[[name]]
}
rate <- function(x, years) 100 * x / years
rate_limits <- function(x, years, level) 100 * poisson.test(x, years, conf.level = level)$conf.int

# ------------------------------------------------------------------ counts in datasets

unguarded <- function(texts) sub("^'", "", texts)
column <- function(data, flag, name, empty) {
  texts <- unguarded(data[[name]][data[[flag]] %in% "Y"])
  ifelse(is.na(texts), empty, texts)
}
numbers <- function(texts) as.numeric(texts[!is.na(texts)])
# conditions: a variable, what stands in it, and what nothing there means.
occurring <- function(data, subjects, flag, conditions) {
  rows <- data[data$SRCSTRM %in% subjects$SRCSTRM[subjects[[flag]] %in% "Y"], ]
  for (one in conditions) {
    texts <- unguarded(rows[[one[1]]])
    rows <- rows[ifelse(is.na(texts), one[3], texts) == one[2], ]
  }
  rows
}

# ------------------------------------------------------------------ values

dataset_values <- function(data, parameter, visit, flags, subjects, flag, variable) {
  members <- subjects$SRCSTRM[subjects[[flag]] %in% "Y"]
  rows <- data[data$PARAMCD == parameter & data$AVISIT %in% visit & data$SRCSTRM %in% members & !is.na(data[[variable]]), ]
  for (name in flags) rows <- rows[rows[[name]] %in% "Y", ]
  setNames(as.numeric(rows[[variable]]), rows$SRCSTRM)
}
told_values <- function(key) {
  rows <- told[told$group == key, ]
  setNames(as.numeric(rows$value), rows$participant)
}

# ------------------------------------------------------------------ times to events

curve <- function(day, status, count, level) {
  survival::survfit(survival::Surv(rep(day, count), rep(status, count)) ~ 1, conf.type = "log-log", conf.int = level)
}
at_day <- function(fit, day) summary(fit, times = day, extend = TRUE)

# ------------------------------------------------------------------ what is read
