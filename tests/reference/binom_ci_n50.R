# Rscript binom_ci_n50.R, in this folder; R 4.2.2 without packages.
# The numbers of binom_ci_n50.json: every x of 50 at 95 %, by R 4.2.2 with exactci 1.4-5 (Clopper-Pearson) and
# BlakerCI 1.0-6 (Blaker), prop.test (Wilson, and Wilson with correction but for x = 25), qbeta (Jeffreys), and root
# finding to 1e-12 (mid-P; exactci stops early). This program finds the same with base R alone and prints by how
# much the two differ.
source("binomial_limits.R")
text <- paste(readLines("binom_ci_n50.json"), collapse = "")
for (name in names(METHODS)) {
  pairs <- regmatches(text, gregexpr(sprintf('"%s": \\[[^]]*\\]', name), text))[[1]]
  stored <- sapply(strsplit(gsub(".*\\[|\\]", "", pairs), ","), as.numeric)
  counts <- if (name == "wilson_corrected") setdiff(0:50, 25) else 0:50
  found <- sapply(counts, function(x) METHODS[[name]](x, 50, 0.05))
  cat(sprintf("%-16s %d rows, largest difference %.1e\n", name, ncol(stored), max(abs(stored - found))))
}
