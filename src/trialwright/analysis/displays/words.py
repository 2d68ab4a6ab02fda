"""English texts of the study report: its sections in the order of ICH E3, and what only the sponsor can write."""

from collections.abc import Mapping
from types import MappingProxyType

SECTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "2": "Synopsis",
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

# What only a person can write, by section.
SPONSOR_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "4": "Abbreviations and terms that a reader needs.",
        "5": "Approval by an independent ethics committee, ethical conduct of the study, how patients were informed and consented.",
        "6": "Investigators and others who took part, with their qualifications.",
        "7": "Why the study was made: the disease, the treatment, what was known before.",
        "9.2": "Why this design, and why this control or none.",
        "9.6": "Monitoring, training of raters, audits.",
        "13": "What the results mean, their limits, benefits and risks.",
        "15": "Publications referred to.",
        "16.1": "Protocol and amendments, sample case report forms, consent form, signatures, certificates.",
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
