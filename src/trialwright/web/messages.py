"""What the pages say where a rule of theirs is not kept: one English sentence a code."""

from types import MappingProxyType

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        "value-and-reason": "Give a value or a reason why there is none, not both.",
        "choose-site": "Choose a site.",
        "unknown-field": "The page sent a field that is not asked for here: {names}. Nothing was saved.",
        "row-blank": "Nothing was entered. Fill in at least one item of this row.",
        "choose-source": "Say whether it was told by telephone or is copied from paper.",
        "choose-act": "Say whether the entry is released or left aside.",
        "choose-occasion": "Choose what is entered.",
        "day-blank": "Give the day that the entry is about.",
        "day-needed": "“{typed}” is not a date. Write it as 2026-03-14 or 14-Mar-2026.",
        "day-ahead": "{date} has not come yet.",
        "day-not-asked": "This is not asked on {date}.",
        "call-time": "Give the day and the time of the call, such as 2026-03-14 and 20:05.",
        "sheet-time": "Give the day and the time that stand on the sheet, such as 2026-03-14 and 20:05.",
        "time-ahead": "{date} {time} has not come yet; at the site it is {today} {now}.",
        "choose-corrects": "Say whether this corrects the entry that is there.",
        "entry-blank": "Nothing was entered.",
        "entry-came": "An entry for this day came meanwhile. Look at it below, and say whether yours corrects it.",
        "answer-left": "Give the answer, or choose why there is none.",
        "answer-not-asked": "This is not asked after the other answers. Leave it empty.",
        "year-of-birth": "Give the year of birth in four digits, such as 1980.",
        "page-incomplete": "The page came back incomplete. Open it again.",
    }
)

problem = problems_of(TEMPLATES)
