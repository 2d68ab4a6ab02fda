"""English texts of the study report: its sections in the order of ICH E3, and what only the sponsor can write."""

from collections.abc import Mapping
from types import MappingProxyType

SECTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "2": "Synopsis",
        "3": "Table of contents",
        "4": "List of abbreviations and definitions of terms",
        "5": "Ethics",
        "6": "Investigators and study administrative structure",
        "7": "Introduction",
        "8": "Study objectives",
        "9": "Investigational plan",
        "9.1": "Overall study design and plan",
        "9.2": "Discussion of study design, including the choice of control groups",
        "9.3": "Selection of study population",
        "9.3.1": "Inclusion criteria",
        "9.3.2": "Exclusion criteria",
        "9.4": "Treatments",
        "9.5": "Efficacy and safety variables",
        "9.6": "Data quality assurance",
        "9.7": "Statistical methods and determination of sample size",
        "9.8": "Changes in the conduct of the study or planned analyses",
        "10": "Study patients",
        "10.1": "Disposition of patients",
        "10.2": "Protocol deviations",
        "11": "Efficacy evaluation",
        "11.1": "Data sets analysed",
        "11.2": "Demographic and other baseline characteristics",
        "11.2.1": "Earlier and concomitant treatment",
        "11.3": "Measurements of treatment compliance",
        "11.4": "Efficacy results",
        "12": "Safety evaluation",
        "12.1": "Extent of exposure",
        "12.2": "Adverse events",
        "12.3": "Deaths, other serious adverse events and other significant adverse events",
        "12.4": "Clinical laboratory evaluation",
        "12.5": "Vital signs, physical findings and other observations related to safety",
        "13": "Discussion and overall conclusions",
        "14": "Tables and figures referred to but not included in the text",
        "14.1": "Demographic data",
        "14.2": "Efficacy data",
        "14.3": "Safety data",
        "14.3.1": "Displays of adverse events",
        "14.3.2": "Listings of deaths, other serious and significant adverse events",
        "14.3.3": "Narratives of deaths, other serious and certain other significant adverse events",
        "14.3.4": "Abnormal laboratory value listing (each patient)",
        "14.3.5": "Displays of exposure",
        "14.3.6": "Displays of laboratory values",
        "14.3.7": "Displays of vital signs and other observations",
        "15": "Reference list",
        "16": "Appendices",
        "16.1": "Study information",
        "16.1.9": "Documentation of statistical methods",
        "16.2": "Patient data listings",
        "16.2.1": "Discontinued patients",
        "16.2.2": "Protocol deviations",
        "16.2.3": "Patients excluded from the efficacy analysis",
        "16.2.4": "Demographic data",
        "16.2.5": "Compliance and drug administration",
        "16.2.6": "Individual efficacy response data",
        "16.2.7": "Adverse event listings (each patient)",
        "16.2.8": "Individual laboratory measurements by patient",
        "16.2.9": "Individual vital signs and other observations by patient",
    }
)

# What only a person can write, by section: what ICH E3 asks for there, and never a text that says it.
SPONSOR_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "1": "Names of the principal investigator, of the sponsor's responsible medical officer and of who signs the report; date of an early termination, if there was one; statement that the study was performed in compliance with Good Clinical Practice, the archiving of essential documents included; date of the report.",
        "4": "Abbreviations and terms that a reader needs.",
        "5": "Approval by an independent ethics committee, ethical conduct of the study, how patients were informed and consented.",
        "6": "Investigators and others who took part, with their qualifications.",
        "7": "Why the study was made: the disease, the treatment, what was known before.",
        "9.2": "Why this design, and why this control or none.",
        "9.6": "Monitoring, training of raters, audits.",
        "10.1": "Account in words of all patients who entered the study: how many were screened, entered and completed each phase, and why others stopped; how many were not eligible and why. Refer to the figure of the flow.",
        "10.2": "Important deviations from the protocol, by class: who entered without meeting the criteria, who should have been withdrawn and was not, who had the wrong treatment or dose or an excluded treatment; and what they mean for the results.",
        "11.1": "Which patients were in each analysis set, who was left out of each and why, and when and by whom that was decided.",
        "11.2": "The population in words: demographic and disease characteristics, earlier and accompanying treatment, what differs between groups, and whom it stands for.",
        "11.2.1": "Earlier treatment of the disease and concomitant medication in words: what most patients had before and during the study, and what could bear on the results.",
        "11.3": "How adherence was measured, what was found, and what low adherence means for the results.",
        "11.4": "The primary result first, then the secondary ones, with their uncertainty; statistical issues (covariates, drop-outs and missing data, interim analyses, multiplicity, subgroups); dose, response and time; single patients of note; conclusions on efficacy. Give interpretation here and in section 13 only as far as the analyses carry it.",
        "12.1": "How many patients were exposed, to which doses and for how long, and whether that is enough to judge safety.",
        "12.2": "Overall experience in words; frequent, severe and related events; relation to dose, duration and characteristics; what differs between groups.",
        "12.3": "Discussion of deaths, other serious and other significant adverse events, with a judgement of the relation to treatment; what it means for the safety of the drug. Refer to the narratives.",
        "12.4": "Changes over time, individual shifts and clinically significant abnormal values in words, with their assessment, and what was done.",
        "12.5": "Changes of vital signs, physical findings and other observations, as far as they matter; conclusions on safety.",
        "13": "What the results mean, their limits, benefits and risks.",
        "15": "Publications referred to.",
        "16.1": "Protocol and amendments, sample case report forms, consent form, signatures, certificates.",
    }
)

# Method of an analysis -> what it does, in the report's section on statistical methods.
METHOD_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "one_proportion": "Proportions of participants: those with the outcome of all in the analysis set, by arm, with a two-sided interval; intercurrent events and missing values count as the estimand says.",
        "proportion_by_visit": "Proportions at each visit: counted as at the visit of the endpoint, each visit by itself with a two-sided interval.",
        "by_visit": "Values of forms by visit: number, median, quartiles (definition 2 of Hyndman and Fan 1996) and extremes of the observed values.",
        "summary_by_visit": "Values by analysis visit, and changes from the baseline: number, mean, standard deviation, median, quartiles (definition 2 of Hyndman and Fan 1996) and extremes.",
        "time_to_event": "Times to an event: the curve of Kaplan and Meier with limits by the log-log transformation of Greenwood's variance, counted at the day of detection; beside it, as an event comes about between two visits, the nonparametric estimate of largest likelihood for interval-censored times (NPMLE, Turnbull), with limits from the profile likelihood, or by Clopper and Pearson where everybody was seen.",
        "mmrm": "Mixed model for repeated measures (MMRM): fixed effects are the visit and the baseline at each visit, with several arms the arm at each visit too; restricted maximum likelihood (REML), degrees of freedom by Satterthwaite; the covariance of a participant's visits is unstructured, and where that cannot be fitted heterogeneous Toeplitz, then heterogeneous first-order autoregressive. What is missing is taken to be missing at random; means are for the mean baseline.",
        "imputed_proportion": "Multiple imputation: a missing score is imputed at each visit by a normal regression on the baseline and the visits before, as if missing at random, gaps before a later visit by chained equations, and the rule of the endpoint is asked of what was imputed; who failed by an intercurrent event is never imputed. The sets are pooled by Rubin's rules on the logit, with the degrees of freedom of Barnard and Rubin, and by Wilson's interval for imputed sets.",
        "tipping_point": "Tipping point: each number of those missing is counted as responders, with an exact interval (Clopper and Pearson); and imputed scores are made worse by each of the steps; the first at which the lower limit is no longer above the reference is named.",
        "shift": "Shifts: where the baseline lies against the limits of normal, and where the worst value after it lies.",
        "criteria": "Marked values: participants who met a criterion at least once, of those with a value, with a two-sided interval.",
        "liver_signals": "Liver signals: the highest transaminase and the highest bilirubin of each participant as multiples of the upper limit of normal (evaluation of drug-induced serious hepatotoxicity, Hy's law).",
        "characteristics": "Characteristics: values are described by number, mean, standard deviation, median, quartiles and extremes, answers by count and percent; what is missing is counted by itself.",
        "occurrences": "Events and other records: participants with at least one and their proportion with a two-sided interval, the number of records, and, where times at risk are known, participants with the event per 100 years at risk, each at risk until the first.",
        "occurrence_overview": "Overview of events: counted as single events are, by kind and by each participant's worst grade.",
        "record_shares": "Adherence: the share of what was due that each participant did, described over participants.",
        "waterfall": "Waterfall: each participant's change from the baseline, in order; nothing is estimated.",
    }
)

# Variables that steps of a dataset make, as a reader calls them.
VARIABLE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "USUBJID": "Participant",
        "SUBJID": "Participant",
        "SITEID": "Site",
        "PARAM": "Parameter",
        "AVAL": "Value",
        "AVALC": "Answer",
        "ADT": "Date",
        "ADY": "Study day",
        "ASTDT": "Start date",
        "ASTDY": "Study day of the start",
        "VISIT": "Visit",
        "AVISIT": "Visit",
        "ANRLO": "Lower limit of normal",
        "ANRHI": "Upper limit of normal",
        "ANRIND": "Against the limits of normal",
        "STARTDT": "Counted from",
        "CNSR": "Event or censored",
        "EVNTDESC": "What was seen",
        "CNSDTDSC": "Censored at",
        "ADTLIST": "Dates assessed",
        "AINTLO": "Without the event until day",
        "AINTHI": "With the event by day",
        "AVALPLN": "Day as analysed",
        "AINTLOP": "Without the event until day, as analysed",
        "AINTHIP": "With the event by day, as analysed",
        "BASE": "Baseline",
        "CHG": "Change",
        "PCHG": "Percent change",
        "ANL01FL": "The value that stands for its visit",
        "DIFORM": "Form of the diary",
        "DITERM": "Diary",
        "OUTCOME": "Outcome",
        "DONE": "Answered",
        "DVCD": "Check",
        "DVTERM": "Deviation",
        "DVCLASS": "Class",
        "ICECD": "Event",
        "ICETERM": "Intercurrent event",
        "ESTIMD": "Estimand",
        "STRATEGY": "Strategy",
    }
)

# What the data review decided of a participant and an analysis set, and what the rule of the set says.
SET_ACT_WORDS: Mapping[str, str] = MappingProxyType(
    {"in": "Put in", "out": "Put out", "rule": "Withdrawn: the rule tells"}
)
RULE_WORDS: Mapping[str, str] = MappingProxyType(
    {"in": "In the set", "out": "Not in the set", "unknown": "Cannot be told"}
)

STATISTIC_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "n": "n",
        "mean": "Mean (standard deviation)",
        "median": "Median",
        "quartiles": "Quartiles",
        "extremes": "Minimum and maximum",
    }
)

# The units of rules that count time.
UNIT_WORDS: Mapping[str, str] = MappingProxyType({"days": "days", "months": "months", "years": "years"})
