"""What every study has without writing it: the form of a visit, and the names by which the code finds forms and items."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from trialwright.study.model import Code, CodeList, Form, Item, Study
from trialwright.values.datum import ItemType

VISIT_FORM: Final = "visit"
# Its items hold the attestations, named as the criteria in lower case.
ELIGIBILITY_FORM: Final = "eligibility"
SEX_VARIABLE: Final = "DM.SEX"  # what the item that limits of normal hang on is mapped to
DOSE_ITEMS: Final[Mapping[str, ItemType]] = MappingProxyType({"given": "boolean", "date": "date"})
# How much was given, in the unit of the plan; the form that records doses need not ask it.
DOSE_AMOUNT: Final = "amount"
CONTACT_CODES: Final = "visit.contact"
# What no definition needs to ask by itself, by the check that its query names: no check of a study is named so.
TWO_ENTRIES: Final = "@two_entries"
BEFORE_ASKED: Final = "@before_asked"
BUILT_IN_ASKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        TWO_ENTRIES: "Two entries for one occasion, one of them stands. Which is right?",
        BEFORE_ASKED: "Sent by the phone before it was asked, as where its clock is ahead. Which day is it about?",
    }
)

# The definition never writes these texts, so that it cannot translate them either.
TRANSLATIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "zh-Hans": {
            "Visit": "访视",
            "Date of the visit": "访视日期",
            "Contact": "访视方式",
            "At the site": "现场",
            "By telephone": "电话",
            "Study day": "研究日",
            "Days outside the window": "超出时间窗的天数",
            "Dated in the order of the schedule": "日期符合日程顺序",
            "Plan": "计划",
            "Planned dose": "计划剂量",
            "Planned date": "计划日期",
            "Participant": "受试者",
            "Arm": "组别",
            "Site": "中心",
            "Two entries for one occasion, one of them stands. Which is right?": "同一时段有两份日记，目前以其中一份为准。哪一份是对的？",
            "Sent by the phone before it was asked, as where its clock is ahead. Which day is it about?": "手机在提问之前就发送了此日记，例如手机时钟超前。它说的是哪一天？",
        }
    }
)


def visit_form() -> Form:
    items = (
        Item(VISIT_FORM, "date", "Date of the visit", "date", "visit:1:1"),
        Item(VISIT_FORM, "contact", "Contact", "code", "visit:1:1", code_list=CONTACT_CODES),
    )
    return Form(VISIT_FORM, "Visit", "visit", {item.id: item for item in items}, "visit:1:1")


def contact_codes() -> CodeList:
    return CodeList(CONTACT_CODES, (Code("site", "At the site"), Code("telephone", "By telephone")))


def ask_of(study: Study, check: str) -> str:
    """What the query of an edit check asks, in English; "" for a check that the study has no more."""
    asks = (one.ask for one in study.checks_about() if one.id == check)
    return next(asks, BUILT_IN_ASKS.get(check, ""))
