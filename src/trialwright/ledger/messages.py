"""What the ledger says to people: one English sentence a code."""

from types import MappingProxyType

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        # rights
        "denied-site": "Your role ({role}) does not reach this site.",
        "denied-read": "Your role ({role}) may not read this.",
        "denied-write": "Your role ({role}) may not enter or change this.",
        "denied-answer": "Your role ({role}) may not answer queries here.",
        "denied-query": "Your role ({role}) may not open or close queries here.",
        "denied-sign": "Your role ({role}) may not decide this.",
        "arm-not-redacted": "The arm holds no personal data and is not redacted.",
        "item-hidden": "This item is hidden from your role until the blind is lifted.",
        # the participant
        "id-malformed": "“{typed}” is not an id: use letters, digits, “-” and “_”.",
        "another-participant": "This request names another participant.",
        "already-screened": "This participant is in the study already.",
        "not-screened": "This participant was not screened yet.",
        "no-such-site": "“{site}” is not a site of this study.",
        "code-needed": "A participant needs a code.",
        "code-malformed": "“{typed}” is not a code: use 1 to 20 letters, digits, “-”, “_” or “.”.",
        "code-unchanged": "The code is “{typed}” already.",
        # a form
        "no-such-form": "This study has no form “{form}”.",
        "no-such-visit": "This study has no visit “{visit}”.",
        "form-not-at-visit": "The form “{form}” is not filled in at this visit.",
        "visit-date-needed": "Enter the date of this visit first.",
        "visit-not-held": "This visit was not held; nothing is entered for it.",
        "visit-has-data": "Forms were saved at this visit; it keeps its date.",
        "date-in-future": "{date} lies in the future; today is {today}.",
        "visit-after-end": "The participant ended on {end}; {date} lies after it. If that end is wrong, mend it first.",
        "end-before-visit": "The participant cannot have ended on {end}: a visit was held on {date}. If that date is wrong, mend it first.",
        "no-such-row": "There is no row {repeat}; the next new one is {next}.",
        "row-removed": "This row was removed.",
        "gate-says-no": "The question above the list was answered with no; answer yes first.",
        "gate-has-rows": "The list has rows; remove those entered in error before you answer no.",
        "no-such-item": "This form has no item “{item}”.",
        "item-derived": "This value is computed and cannot be entered.",
        "item-not-asked": "This is not asked, because of another answer.",
        "reason-needed": "Say why the value is changed.",
        "changed-by-others": "Somebody changed this meanwhile. Now stored: {theirs}. You entered: {mine}.",
        "row-changed-by-others": "Somebody changed this row meanwhile. Look at it again.",
        "earlier-not-hidden": "The earlier scores of this form are not hidden.",
        "nothing-earlier": "No earlier visit has scores of this form.",
        "base-unknown": "This page is out of step with what is stored. Open it again.",
        # the order of things
        "dose-before-enrolment": "The participant is not enrolled; no dose may be recorded.",
        "visit-before-enrolment": "The participant is not enrolled; this visit comes after enrolment.",
        "already-enrolled": "The participant is enrolled already.",
        "not-decided-here": "No criterion is decided at this visit.",
        "criterion-not-met": "Criterion {criterion} does not allow it.",
        "criterion-unknown": "Criterion {criterion} cannot be told yet.",
        "eligibility-needed": "Eligibility was not decided at {visit}.",
        "not-eligible": "At {visit} the decision was: not eligible.",
        "no-such-arm": "“{arm}” is not an arm of this study.",
        # queries, redaction
        "no-such-query": "There is no query “{query}”.",
        "query-id-taken": "There is a query “{query}” already.",
        "query-closed": "This query is closed.",
        "query-answered": "This query was answered already.",
        "text-needed": "Write a text.",
        "text-too-long": "The text has {length} characters; at most {limit} fit.",
        "no-such-value": "There is no event {sequence} with a value “{key}”.",
        "no-such-record": "Nothing was saved here yet.",
        # verification
        "event-missing": "The event should be there and is not.",
        "previous-seal-differs": "The seal of the event before is not the one that this event follows.",
        "seal-broken": "The content does not agree with its seal.",
        "content-unreadable": "The content is not the content of an event.",
        "column-differs": "{columns}: not what the content of the event says.",
        "commitment-differs": "The value “{key}” does not agree with its commitment.",
        "value-missing": "The value “{key}” should be there and is not.",
        "value-extra": "The value “{key}” is there, and no event says so.",
        "value-gone": "The value “{key}” is gone, and no event says that it was redacted.",
        "redacted-value-present": "The value “{key}” was redacted and still stands.",
        "seal-unreadable": "This is not a seal of a study.",
        "seal-altered": "This seal was changed after it was made.",
        "tail-missing": "Sealed on {utc} and no longer there: the end of this stream was cut off.",
        "chain-forged": "Another event was sealed here on {utc}: this stream was written anew.",
    }
)

problem = problems_of(TEMPLATES)
