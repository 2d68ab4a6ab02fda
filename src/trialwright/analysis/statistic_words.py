"""What the statistics of the results dataset, and the methods that they come by, are called; English, and translated."""

from collections.abc import Mapping
from types import MappingProxyType

from trialwright.analysis.messages import STRUCTURE_WORDS

# Statistics by their name. Compound names, such as "chg.mean", are put together in `statistic_labels`.
NUMBER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "n": "Number of participants",
        "people": "Participants who are counted",
        "participants": "Participants with at least one record",
        "responders": "Participants with the event or response",
        "undecided": "Participants not yet decided",
        "untold": "Participants of whom it cannot be told",
        "not_assessed": "Participants not assessed",
        "missing": "Participants with missing values",
        "without": "Participants without these data",
        "end_not_known": "Participants whose end is not known",
        "subjects": "Participants in the model",
        "count": "Count",
        "events": "Number of events",
        "records": "Number of records",
        "values": "Number of values",
        "value": "Value of the participant",
        "proportion": "Proportion",
        "low": "Lower limit",
        "high": "Upper limit",
        "p_value": "p-value",
        "mean": "Mean",
        "sd": "Standard deviation",
        "se": "Standard error",
        "df": "Degrees of freedom",
        "median": "Median",
        "q1": "Lower quartile",
        "q3": "Upper quartile",
        "min": "Minimum",
        "max": "Maximum",
        "years": "Years at risk",
        "rate_left_out": "Events outside the time at risk",
        "rate": "Rate per 100 years",
        "rate_low": "Rate per 100 years, lower limit",
        "rate_high": "Rate per 100 years, upper limit",
        "due": "Records that were due",
        "done": "Records that were done",
        "enough": "Participants with the share that is asked for",
        "at_risk": "Number at risk",
        "censored": "Last seen without the event",
        "with_event": "Participants with the event",
        "survival": "Proportion without the event",
        "least": "Least proportion that the data allow",
        "most": "Greatest proportion that the data allow",
        "left": "Start of the interval, days",
        "right": "End of the interval, days",
        "mass": "Probability of the interval",
        "gap": "Distance from the largest likelihood",
        "log_likelihood": "Log-likelihood",
        "parameters": "Parameters of the covariance",
        "converged": "Converged (1) or left (0)",
        "m": "Number of imputed sets",
        "seed": "Seed",
        "imputed": "Participants imputed",
        "by_event": "Participants without response by an event",
        "not_imputed": "Participants not imputed",
        "missing_information": "Share of information that is missing",
        "wilson_low": "Lower limit by Wilson, over imputed sets",
        "wilson_high": "Upper limit by Wilson, over imputed sets",
        "assumed": "Missing participants counted as responders",
        "against": "Reference proportion",
        "smallest": "Fewest such responders with the lower limit above the reference",
        "delta": "Share of the baseline by which imputed values are worse",
        "tipping_delta": "Smallest such share with the lower limit at the reference or below",
    }
)

# Statistics that are called otherwise where they come by some method, their own or that of their analysis.
NUMBER_OF_METHOD_WORDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("events", "occurrences"): "Number of records",
        ("events", "occurrence_overview"): "Number of records",
        **{("mean", structure): "Adjusted mean" for structure in STRUCTURE_WORDS},
    }
)

METHOD_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "count": "Counting",
        "flow": "Counting",
        "observed": "Observed values",
        "described": "Observed values",
        "exact": "Exact",
        "exposure": "Sum of the times at risk",
        "exposure_adjusted_incidence": "Exposure-adjusted incidence, exact Poisson limits",
        "kaplan_meier, log-log": "Kaplan-Meier, log-log limits",
        "turnbull": "Turnbull",
        "profile_likelihood": "Profile likelihood",
        "logit": "Multiple imputation, logit",
        "logit + 1/2": "Multiple imputation, logit with 1/2 added",
        "wilson, imputed": "Wilson, over imputed sets",
        "normal imputation": "Multiple imputation, normal model",
        "normal imputation, delta": "Multiple imputation, normal model, made worse",
        "unstructured": "Mixed model, unstructured covariance",
        "heterogeneous-toeplitz": "Mixed model, heterogeneous Toeplitz covariance",
        "heterogeneous-ar1": "Mixed model, heterogeneous autoregressive covariance",
    }
)

# In which of two ways a time to an event is estimated, by the part of the id that names it.
WAY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "npmle": "Between visits, by largest likelihood",
        "km": "As detected at visits (Kaplan-Meier)",
    }
)

# Why there is no number.
LACKING_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "undecided": "participants are not yet decided",
        "nobody": "nobody is counted",
        "not_recorded": "not recorded",
        "not_estimable": "not estimable",
    }
)

# How an outcome came about, behind what it is.
WHY_SHORT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "observed": "observed",
        "never_observed": "seen to the end",
        "intercurrent": "by an intercurrent event",
        "while_on_study": "observed until an intercurrent event",
        "missing": "missing",
        "not_due": "still under observation",
        "not_yet_in": "may still come into the population",
    }
)

# On which side the worst value of a table of shifts is.
SIDE_WORDS: Mapping[str, str] = MappingProxyType(
    {"low": "Worst value towards low", "high": "Worst value towards high"}
)

# Of what a value of one participant is, where no variable names it.
SINGLE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "score": "Score",
        "ended": "End of the study",
        "ongoing": "Last seen, still on study",
        "transaminases": "Highest transaminases",
        "bilirubin": "Highest bilirubin",
        "alkaline_phosphatase": "Highest alkaline phosphatase",
    }
)
