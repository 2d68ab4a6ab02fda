"""What an analysis can object to, and the English sentences of the report.

The report's Chinese is the gettext domain "report"; a test compares it with what stands here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from trialwright.ledger.events import REASON, UNREAD
from trialwright.values.catalogue import problems_of

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "unknown-method": "No method is called “{method}”; there are {methods}.",
        "unknown-option": "The method {method} takes no option “{option}”; it takes {options}.",
        "option-no-proportion": "“against” is a proportion between 0 and 1, like 0.5, not “{text}”.",
        "unknown-interval": "No interval is called “{method}”; there are {methods}.",
        "unknown-handling": "“{word}” is no way to count the missing; use {words}.",
        "strategy-not-built": "The strategy “{strategy}” for “{event}” is not built.",
        "analysis-without-endpoint": "The method {method} needs an estimand.",
        "analysis-without-items": "The method {method} needs items: write of: [...].",
        "analysis-without-key": "The method {method} needs {key}: write {key}.",
        "key-not-read": "The method {method} does not read {key}; leave it out.",
        "unknown-variable": "The dataset {dataset} has no variable “{name}”; it has {names}.",
        "unknown-parameter": "The dataset {dataset} has no parameter “{name}”; it has {names}.",
        "item-no-number": "The method {method} summarises numbers, and “{item}” has none at a visit; name another item or term.",
        "item-no-truth": "The method {method} counts answers of yes, and “{item}” has no yes or no at a visit; name another term.",
        "dataset-of-another-class": "The method {method} reads a dataset of class {kind}; {dataset} is of another.",
        "several-values": "In {dataset} a participant may have several values at a visit; write flags: with one of {flags}.",
        "parameter-without-visits": "The parameter {name} of {dataset} has neither analysis visits nor study weeks; give the dataset windows: true, or name another.",
        "parameter-no-number": "The method {method} needs numbers, and the values of {name} are none; name another parameter.",
        "dataset-without": "The method {method} needs {key} in {dataset}; write {key}: true there.",
        "parameter-without-limits": "No laboratory has a limit of normal for {name}; write one in laboratory.yaml, or leave it out.",
        "parameter-without-criterion": "None of the criteria that are named concerns {name}; leave it out, or name another criterion.",
        "option-missing": "The method {method} needs the option {option}.",
        "only-one": "The method {method} takes one of {key}, not several.",
        "visit-or-best": "The method {method} needs one visit under visits, or the option best, and not both.",
        "first-and-last-day": "The method {method} needs two variables, the first and the last day: variables: [first, last].",
        "mark-not-read": "The option {option} names rows as DATASET NAME or DATASET NAME FLAG, and “{text}” does not; datasets are {datasets}.",
        "span-not-read": "The option {option} names records as DATASET LABEL START END or DATASET LABEL START END ONGOING, and “{text}” does not; datasets are {datasets}.",
        "mark-no-truth": "The option {option} marks days on which the answer is yes, and {name} of {dataset} has no yes or no; name another parameter.",
        "variable-no-date": "The method {method} needs a day, and {name} of {dataset} is no date; name another variable.",
        "word-not-read": "The method {method} does not know “{word}” as {key}; it knows {words}.",
        "variable-is-date": "The method {method} counts and describes no dates; leave {name} out, or derive a time from it.",
        "option-no-variable": "The option “{option}” names “{name}”, which is none of {names}.",
        "option-needs-others": "The option “{option}” tells a time at risk only with {needs}.",
        "option-no-date": "The option “{option}” wants a date; “{name}” is no variable of {dataset} that is one.",
        "option-no-days": "The option “{option}” is a number of days, like 84, not “{text}”.",
        "worst-without-order": "The option “worst” wants a variable with a list of codes, which is not among the variables; “{name}” is none.",
        "time-at-risk-unknown": "The time at risk is not known, and rates leave them out; participants: {count} ({codes}).",
        "share-of-no-truth": "The method {method} wants one variable that is Y or N; {names} is none.",
        "option-no-share": "The option “{option}” is a proportion above 0 and at most 1, like 0.8, not “{text}”.",
        "narratives-without-term": "The method {method} needs the option “term”: the variable that names the event.",
        "analysis-without-population": "The method {method} needs a population or an estimand.",
        "values-without-date": "Values at visits without a date fill no analysis window; there are {count}: {codes}.",
        "event-undecided": "Whether “{event}” happened cannot be told; participants: {count} ({codes}).",
        "event-date-partial": "The date of “{event}” is known only in part, and its first possible day counts; participants: {count} ({codes}).",
        "population-undecided": "Of whom it cannot be told whether they belong to “{population}”, they are not in it; participants: {count} ({codes}).",
        "first-dose-partial": "The day of the first dose is not known, and so no analysis window is; participants: {count} ({codes}).",
        "not-yet-evaluable": "Participants not yet decided at the data cut: {count}; {estimates} of {all} estimates wait for them and are not given.",
        "npmle-not-optimal": "The estimate between visits has not reached its largest likelihood, so that its numbers are not the last word.",
        "times-not-known": "Whose time does not begin, because the day of its origin is not known, is left out; participants: {count} ({codes}).",
        "flag-not-known": "Of these records of {dataset} it is not known whether {flag} is Y, and what counts only records with {flag} leaves them out; records: {count}, participants: {codes}.",
        "without-arm": "Who has no arm is in no column of the analyses of populations; participants: {count} ({codes}).",
        "one-parameter": "The method {method} takes one parameter, not {count}.",
        "parameter-of-another-estimand": "The parameter {parameter} is of the estimand {estimand}; name that one.",
        "dataset-without-windows": "The method {method} reads values by analysis visit with their baseline: write windows and baseline of {dataset}.",
        "parameter-no-score": "The method {method} reads a number that is collected at visits; {parameter} is none.",
        "endpoint-without-visit": "The method {method} needs an endpoint of one visit; “{endpoint}” is none.",
        "visits-to-endpoint": "The visits of {method} stand in the order of the schedule and end with the endpoint’s, {visit}.",
        "rule-reads-more": "The rule of “{endpoint}” reads more than {item} and its baseline, and nothing else is imputed.",
        "option-no-whole-number": "“{option}” is a whole number from {low} to {high}, not “{text}”.",
        "option-no-shares": "“{option}” are shares of the baseline, each larger than the one before, and the first is 0; not “{text}”.",
        "option-no-offset": "“{option}” is a number that makes the lowest value of the item more than 0, not “{text}”.",
        "imputation-not-possible": "The values of these visits do not carry an imputation, because too few were seen or one visit follows from others: name fewer visits (arm: {arm}).",
        "variable-not-modelled": "The method {method} models one of {names}, not “{text}”.",
        "mmrm-no-fit": "No covariance of the visits could be fitted, unstructured, Toeplitz or autoregressive, so that there are no means: name fewer visits.",
        "mmrm-not-possible": "The values of these visits do not carry the model, because too few were seen or they do not vary: name fewer visits.",
        "mmrm-few-participants": "The model has {parameters} parameters of covariance, from {count} participants: fewer than two for each.",
        "visit-without-day": "The visit “{visit}” has no planned day after the one from which days count; name another.",
        "unknown-visit-in-flow": "The participant flow names the visit “{visit}”, which the schedule does not have.",
        "deviations-not-classed": "Nobody has decided yet whether these deviations are important: {count} of {all}, of {people} participants ({codes}). Decide on each on the page “Data review”; until then they count as not decided.",
        "deviations-not-told": "Of some records it cannot be told whether a check finds a deviation, for a value that its rule needs is missing: {checks}. They are not counted as deviations. Enter what is missing, or say in the rule when it does not apply.",
        "set-flag-in-rule": "The rule of {variable} in {dataset} names {flag}: it reads the rule of that set, and not what the data review decided of it. Name the population of the analysis instead.",
        "engines-disagree": "Rows and record give different answers for {rule}: {codes}.",
    }
)

problem = problems_of(TEMPLATES)

STAMP_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "draft": "Draft",
        "rehearsal": "Rehearsal of virtual participants",
        "blinded": "Shows what blinded roles must not see",
    }
)

EVENT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "ParticipantScreened": "Participant screened",
        "CodeCorrected": "Code corrected",
        "FormSaved": "Form saved",
        "ValuesDerived": "Values derived",
        "RowRemoved": "Row removed",
        "EligibilityDecided": "Eligibility decided",
        "ParticipantEnrolled": "Participant enrolled",
        "QueryOpened": "Query opened",
        "QueryAnswered": "Query answered",
        "QueryClosed": "Query closed",
        "EarlierScoresShown": "Earlier scores shown",
        "ValueRedacted": "Value redacted",
        "DiaryEntered": "Diary entered",
        "DeviceInvited": "Phone invited",
        "DeviceJoined": "Phone joined",
        "DeviceRevoked": "Phone revoked",
        "EntryResent": "Diary entry sent again",
        "EntryReleased": "Diary entry released",
        "EntryLeftAside": "Diary entry left aside",
        "PhotoAdded": "Photo added",
        "PhotoRemoved": "Photo removed",
        "DeviationClassed": "Deviation classed",
        "SetDecided": "Analysis set decided",
    }
)

# How somebody saw results: a page, or what was exported.
LOOK_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "page": "Page of results to date",
        "report": "Report",
        "estimates": "List of estimates",
        "datasets": "Analysis datasets",
        "trace": "Trace of",
        "verification": "Verification of a report",
    }
)

ORIGINATOR_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "site": "Entered by the site",
        "participant": "Entered by the participant",
        "proxy": "Entered on the participant’s behalf",
        "import": "Imported",
        "derivation": "Derived by the system",
    }
)

REASON_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "not_done": "not done",
        "not_applicable": "not applicable",
        "unknown": "unknown",
        "refused": "refused",
        "technical_failure": "technical failure",
        "lost": "lost",
        "not_entered": "not entered",
        "not_yet_entered": "not yet entered",
        "not_asked": "not asked",
        "unknown_code": "an answer that leaves it open",
        "partial_date": "only part of the date is known",
        "division_by_zero": "the baseline is 0",
        "no_baseline": "no value before the first dose",
        "no_earlier_value": "no earlier value",
        "no_value": "no value",
        "open_list": "the list may not be complete",
        "no_records": "no records",
        "too_few": "too few values",
        "no_limit": "no limit in the site’s table",
        "no_expiry": "no expiry in the stock",
        "no_band": "in no band",
        "said": "cannot be told",
    }
)

OUTCOME_WORDS: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        ("event", False): "Response",
        ("no_event", False): "No response",
        ("event", True): "Event",
        ("no_event", True): "No event",
        ("left_out", False): "Left out",
        ("left_out", True): "Left out",
        ("not_due", False): "Not yet decided",
        ("not_due", True): "Not yet decided",
    }
)

WHY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "observed": "Observed at {visit}.",
        "never_observed": "Seen to {visit}; at no visit did it happen.",
        "intercurrent": "{event}: counted by the composite strategy.",
        "while_on_study": "{event}: observed until then.",
        "missing": "Cannot be told at {visit}{needs}.",
        "missing_anywhere": "Cannot be told{needs}.",
        "told": "As recorded.",
        "not_due": "The window of {visit} had not ended at the data cut.",
        "not_over": "Still under observation at the data cut.",
        "not_yet_in": "Whether this participant belongs to the population is not decided at the data cut.",
    }
)

# How an outcome came about, in a few words, to be counted: "30 observed, 3 by an intercurrent event".
CAME_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "observed": "{n} observed",
        "never_observed": "{n} seen to the end",
        "intercurrent": "{n} by an intercurrent event",
        "while_on_study": "{n} observed until an intercurrent event",
        "missing": "{n} missing",
        "not_due": "{n} still under observation",
        "not_yet_in": "{n} who may still come into the population",
    }
)

MISSING_WORDS: Mapping[tuple[str, bool], str] = MappingProxyType(
    {  # how those missing are counted, where they are
        ("event", False): "{n} missing, counted as response",
        ("no_event", False): "{n} missing, counted as non-response",
        ("event", True): "{n} missing, counted as event",
        ("no_event", True): "{n} missing, counted as no event",
    }
)

# What the values of an event are called that are no items of a form.
KEY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "code": "Code of the participant",
        "arm": "Arm",
        "text": "Text",
        "value": "Value",
        REASON: "Reason",
        UNREAD: "Sent and not readable",
    }
)

CLASS_WORDS: Mapping[str, str] = MappingProxyType(
    {"important": "important", "not_important": "not important"}
)

# What the data review decided of somebody and an analysis set, or what the rule of the set says of them.
SET_WORDS: Mapping[bool | None, str] = MappingProxyType(
    {True: "in the set", False: "not in the set", None: "as the rule of the set says"}
)

CRITERION_WORDS: Mapping[str, str] = MappingProxyType(
    {"met": "met", "not_met": "not met", "unknown": "cannot be told"}
)

# What a summary of values is of, by the prefix of its statistics: "chg.mean".
CHANGE_WORDS: Mapping[str, str] = MappingProxyType(
    {"": "Value", "chg": "Change from baseline", "pchg": "Percentage change from baseline"}
)

# Where a value lies against the limits of normal, in a table of shifts.
PLACE_WORDS: Mapping[str, str] = MappingProxyType(
    {"low": "Low", "normal": "Normal", "high": "High", "missing": "Missing", "total": "Total"}
)

# Quadrants of the peaks of liver values.
QUADRANT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "hys_law": "Hy’s law range",
        "transaminases_alone": "Transaminases alone raised",
        "bilirubin_alone": "Bilirubin alone raised",
        "neither": "Neither raised",
        "raised_without_bilirubin": "Transaminases raised, bilirubin not known",
        "not_assessed": "Not assessed",
    }
)

# Marks on the time of a participant, where no parameter names them.
MARK_WORDS: Mapping[str, str] = MappingProxyType(
    {"doses": "Dose", "response": "Response", "event": "Event", "stop": "Treatment stopped early"}
)

# Parts of the profile of a participant.
PROFILE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "doses": "Doses",
        "events": "Adverse events",
        "medications": "Concomitant medications",
        "laboratory": "Values out of range",
    }
)

INTERVAL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "clopper_pearson": "Clopper-Pearson",
        "wilson": "Wilson",
        "wilson_corrected": "Wilson with correction for continuity",
        "jeffreys": "Jeffreys",
        "mid_p": "mid-P",
        "blaker": "Blaker",
    }
)

HANDLING_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "non-response": "Missing counted as non-response",
        "event": "Missing counted as event",
        "no event": "Missing counted as no event",
        "left out": "Missing left out",
    }
)

# How many of those missing are counted as responders, at the two ends: none of them, and all.
BOUND_WORDS: Mapping[bool, str] = MappingProxyType(
    {False: "None of those missing a responder", True: "All of those missing responders"}
)

# How the missing are counted by methods that do not count them as the estimand says.
IMPUTED_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "imputed_proportion": "Missing imputed many times",
        "tipping_point": "Missing counted in every way, and imputed worse and worse",
    }
)

# How the limits of imputed sets came about.
POOLED_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "logit": "Multiple imputation, logit",
        "logit + 1/2": "Multiple imputation, logit with 1/2 added",
    }
)

STRUCTURE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "unstructured": "unstructured",
        "heterogeneous-toeplitz": "heterogeneous Toeplitz",
        "heterogeneous-ar1": "heterogeneous autoregressive",
    }
)

# Why a structure of covariance was left for the next; "" where it was fitted.
FITTED_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "": "fitted, converged",
        "never-seen-together": "left, because nobody was seen at two of the visits both",
        "not-converged": "left, because it did not converge",
        "singular": "left, because it became singular",
        "not-identified": "left, because the values do not tell its parameters",
    }
)

MODELLED_WORDS: Mapping[str, str] = MappingProxyType(
    {"AVAL": "value", "CHG": "change from baseline", "PCHG": "change from baseline, %"}
)

STRATEGY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "composite": "composite",
        "treatment policy": "treatment policy",
        "while on study": "while on study",
        "hypothetical": "hypothetical",
    }
)

LEVEL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "primary": "Primary",
        "secondary": "Secondary",
        "exploratory": "Exploratory",
        "safety": "Safety",
        "other": "Other",
    }
)

FLOW_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "approached": "Approached",
        "screened": "Screened",
        "not_eligible": "Not eligible",
        "undecided": "Not yet decided",
        "left": "Left before a decision",
        "eligible": "Eligible",
        "not_enrolled": "Eligible and not enrolled",
        "enrolled": "Enrolled",
        "not_dosed": "Enrolled and not dosed",
        "dosed": "Received at least one dose",
        "not_in_set": "Dosed and not in this set",
        "outside": "Not in “{set}”",
        "outside_by": "Not so: {condition}",
        "untold_by": "It cannot be told whether this is so: {condition}",
        "review": "Put out by the data review",
        "stopped": "Treatment stopped early",
        "left_study": "Left the study early",
        "seen": "Seen at {visit}",
        "missing": "Not seen at {visit}",
        "telephone": "Reached by telephone",
        "lost": "Not reached",
        "not_due": "Not yet due",
        "responders": "{endpoint} observed at {visit}, whatever intercurrent events",
        "no_reason": "No reason recorded",
    }
)

NO_CONTROL = "No control group: the effect cannot be separated from natural remission."
