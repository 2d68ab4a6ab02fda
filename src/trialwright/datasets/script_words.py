"""The sentences of a script, one for each kind of step; their Chinese is the gettext domain "report"."""

from collections.abc import Mapping
from types import MappingProxyType

STEP_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "participants": "Take one row for each participant.",
        "records": "Take one row for each record of the form {form}.",
        "records_where": "Take one row for each record of the form {form} where: {rule}",
        "values": "Take each known value of {item} as AVAL or AVALC of {parameter} ({label}), and the day of its visit as ADT.",
        "values_dated": "Take each known value of {item} as AVAL or AVALC of {parameter} ({label}), and {date} as ADT, or the day of its visit where that is not known.",
        "scores": "Take the diary's score {score} of each study week that gives one as AVAL of {parameter} ({label}), the week as ATPT and its last day as ADT: {rule}",
        "times": "Take one row for each member of {population} as {parameter} ({label}): the days from {origin} to the first of {visits} at which {rule}. CNSR is 0 where it was seen, else 1 with the last day on which it was not. ADTLIST: the days on which it was looked for. AINTLO and AINTHI: the last day known without it, and the first day known with it. AVALPLN, AINTLOP and AINTHIP: the days of AVAL, AINTLO and AINTHI, of those within the window of a visit the planned day; as they are where both ends would be one day.",
        "first_dose": "the first dose",
        "events": "Take one row for each intercurrent event of each estimand that happened to a member of its population, with its strategy; of a date known in part ASTDT is the first day that it can be. The events: {events}.",
        "deviations": "Take one row for each record or visit at which one of these checks finds a deviation: {checks}. DVCLASS: Important or Not important, as the data review decided last; nothing where it has not decided.",
        "occasions": "Take one row for each entry that the diary wanted and whose time was over on the last day of the data; ASTDT is its day, OUTCOME what became of it, and DONE is Y where it was answered when it was asked or later.",
        "answers": "Take each known answer of a rule at a visit as AVAL and AVALC of {parameter} ({label}): {rule}",
        "members": "Leave out who is not in the population {population} ({label}). A decision of the data review goes before its rule.",
        "days": "ADY: the study day of ADT. The first dose is on day 1, and there is no day 0.",
        "window": "AVISIT: the visit in whose days ADY lies ({windows}). ANL01FL is Y on the value that is nearest to the target day, of equally near ones on the earlier.",
        "baseline": "ABLFL: Y on the last value that is dated before the first dose, or on its day at {visits}. BASE: the AVAL of that row, on all rows of the parameter.",
        "baseline_visit": "{said} On that row AVISIT is Baseline, AVISITN 0 and ANL01FL Y, and AWLO, AWHI, AWTARGET and AWTDIFF are empty.",
        "change": "{name}: {rule}",
        "limit": "ANRLO, ANRHI: the limits of normal of the site for {parameters}. ANRIND: where AVAL lies, LOW, NORMAL or HIGH. BNRIND: the same of the baseline.",
        "from_rows": "Take the rows of {source} after the baseline that have a study day once more as {parameter} ({label}), with the answer of a rule as AVAL and AVALC, where it can be told: {rule}",
        "derive": "{name} ({label}): {rule}",
        "flag": "{name} ({label}): Y where {rule}",
        "first": "{name} ({label}): {rule} – of a date known in part the first day that it can be; {name}F says what was not known.",
        "last": "{name} ({label}): {rule} – of a date known in part the last day that it can be; {name}F says what was not known.",
        "shown": "{said}, written as {codes}",
        "member": "{name} ({label}): Y for the members of the population {population} ({rule}), else N. A decision of the data review goes before the rule.",
        "member_flag": "{name} ({label}): Y for the members of the population {population} ({rule}). A decision of the data review goes before the rule.",
        "within": "{rule}, of the members of {population} ({around})",
        "criterion": "{name}FL, of {parameters}: Y where {rule}, N where not. {name}: {label}.",
        "impute": "{flag} ({label}): for each member of {population}, each of {parameters} and each of the visits {visits}, Y on the one row that counts for the estimand {estimand}. After {events}, a new row with DTYPE {dtype} and AVALC N; else the row of ANL01FL; else, {left}once the days of the visit are over, {missing}. An event counts up to the day of the visit, or where it was not held up to the last of its days; one of unknown date counts at every visit.",
        "impute_left": "after {events}, a new row with DTYPE {dtype} and AVALC N; else, ",
        "impute_row": "a new row with DTYPE {dtype} and AVALC {value}",
        "impute_none": "no row",
        "no_event": "no event",
        "keep": "Repeat on each row, from {dataset}: {names}.",
    }
)
