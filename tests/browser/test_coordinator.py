"""A coordinator screens, enrols, doses and completes an assessment, in a real browser; an investigator decides."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.contact_sheet import write_contact_sheet
from tests.browser.people import STUDY, fill, open_context, sign_in, take_picture

from trialwright.web.show import show_date

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.unmeasured]

SCREENED = (date.today() - timedelta(days=8)).isoformat()  # noqa: DTZ011  # the day that a person would write
DOSED = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011  # as above
NO = "no"
PICTURES = [
    "00-screen", "01-home", "02-visit", "03-form-error", "04-form", "05-eligibility-SCR", "05-eligibility-W0",
    "06-enrol", "07-dose", "08-participant", "09-registry",
]  # fmt: skip

SCREENING: Mapping[str, Mapping[str, str]] = {
    "consent": {"signed": "yes", "date": SCREENED, "version": "1.0", "before_procedures": "yes"},
    "demography": {"birth_date": "Mar-1990", "sex": "male", "height": "176"},
    "history": {
        "disease_since": "2021",
        **dict.fromkeys(
            ("severe_skin_disease", "tumour", "bowel_disease", "systemic_disease", "mental_disorder"), NO
        ),
        **dict.fromkeys(
            ("drug_allergy", "other_trial", "plaque", "pustular", "erythrodermic", "arthritis"), NO
        ),
    },
    "infection_screen": {
        "date": SCREENED,
        **dict.fromkeys(("igra", "hbsag", "anti_hbc", "anti_hcv", "hiv"), "negative"),
        "chest_image": "normal",
        "aso": "120",
        "other_infection": NO,
    },
}
THERAPY = {
    "name": "Calcipotriene",
    "start": "2024-03",
    "ongoing": "no",
    "end": "2024-09",
    "therapy": "calcipotriene",
}
GRADES = {
    f"{region}_{sign}": str(grade)
    for region, grade in (("head", 1), ("upper", 2), ("trunk", 3), ("lower", 2))
    for sign in ("redness", "thickness", "scaling")
}
AREAS = {"head_area": "1", "upper_area": "2", "trunk_area": "3", "lower_area": "2"}
DOSE = {
    "given": "yes",
    "date": DOSED,
    "time": "09:30",
    "amount": "160",
    "injections": "2",
    "kit_1": "IX2001",
    "lot_1": "D511046",
    "site_1": "abdomen",
    "kit_2": "IX2002",
    "lot_2": "D511046",
    "site_2": "left_thigh",
    "observed": "yes",
}


def test_a_participant_goes_from_screening_to_the_first_dose(
    chromium: Browser, server: str, pictures: Path
) -> None:
    context = open_context(chromium, server)
    page = sign_in(context, server, "coordinator")
    take_picture(page, pictures, "01-home")
    participant = screen(page, server, pictures)
    record_visit(page, participant, "SCR", SCREENED)
    take_picture(page, pictures, "02-visit")
    for form, answers in SCREENING.items():
        save_form(page, f"{participant}visits/-/forms/{form}/0/?at=SCR", answers)
    answer_lists(page, participant)
    grade_by_keys(page, participant, pictures)

    other = sign_in(open_context(chromium, server), server, "investigator")
    decide(other, participant, "SCR", dict.fromkeys(("i3", "i6", "i8", "i9"), "yes") | {"e8": "no"}, pictures)
    record_visit(page, participant, "W0", DOSED)
    save_form(page, f"{participant}visits/W0/forms/pasi/0/", GRADES | AREAS | {"assessor": "Dr Zhao"})
    gate(page, f"{participant}visits/W0/lists/con_med", "no")
    decide(other, participant, "W0", {"i6": "yes", "e8": "no"}, pictures)

    page.goto(f"{participant}enrol")
    take_picture(page, pictures, "06-enrol")
    page.get_by_role("button", name="Enrol now").click()
    expect(page.locator(".strip")).to_contain_text("Enrolled")
    dose(page, participant, pictures)
    page.goto(participant)
    expect(page.locator(".strip")).to_contain_text("On treatment")
    take_picture(page, pictures, "08-participant")
    page.goto(f"{server}/registry/{STUDY}/")
    take_picture(page, pictures, "09-registry")
    write_contact_sheet(chromium, pictures, PICTURES)
    assert (pictures / "contact-sheet.png").stat().st_size > 0


def screen(page: Page, server: str, pictures: Path) -> str:
    page.goto(f"{server}/studies/{STUDY}/participants/")
    page.get_by_role("link", name="Screen a participant").click()
    take_picture(page, pictures, "00-screen")
    page.get_by_role("button", name="Screen this participant").click()
    page.wait_for_url(re.compile(r"/participants/p\w+/$"))
    return page.url


def record_visit(page: Page, participant: str, visit: str, day: str) -> None:
    page.goto(f"{participant}visits/{visit}/")
    fill(page, {"date": day, "contact": "site"})
    page.get_by_role("button", name="Save the visit").click()
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    expect(page.locator("#f-date")).to_have_value(show_date(date.fromisoformat(day)))


def save_form(page: Page, address: str, answers: Mapping[str, str]) -> None:
    page.goto(address)
    fill(page, answers)
    page.locator('.btns button[value="stay"]').click()
    page.wait_for_load_state()
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    expect(page.locator(".strip")).to_contain_text("Complete")


def gate(page: Page, address: str, answer: str) -> None:
    page.goto(address)
    fill(page, {"gate": answer})
    page.get_by_role("button", name="Save the answer").click()
    expect(page.locator(".strip")).to_contain_text("In progress" if answer == "yes" else "Complete")


def answer_lists(page: Page, participant: str) -> None:
    gate(page, f"{participant}visits/SCR/lists/con_med", "no")
    gate(page, f"{participant}visits/SCR/lists/prior_therapy", "yes")
    page.get_by_role("link", name="Add a row").click()
    fill(page, THERAPY)
    page.get_by_role("button", name="Save and close").click()
    expect(page.locator("main")).to_contain_text("Calcipotriene")


def grade_by_keys(page: Page, participant: str, pictures: Path) -> None:
    """Digits grade and move on; the score follows; a wrong number is told at the top and at the field."""
    page.goto(f"{participant}visits/SCR/forms/pasi/0/")
    page.locator("#f-head_redness").focus()
    for key in "111":
        page.keyboard.press(key)
    expect(page.locator("#f-head_percent")).to_be_focused()
    page.keyboard.type("128")
    page.locator('.btns button[value="stay"]').click()
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems")).to_contain_text("128 is outside the range 0 to 100")
    expect(page).to_have_title(re.compile("^Error:"))
    take_picture(page, pictures, "03-form-error")
    fill(page, GRADES | AREAS | {"head_percent": "8", "assessor": "Dr Zhao"})
    # 0.1 * 3 * 1 + 0.2 * 6 * 2 + 0.3 * 9 * 3 + 0.4 * 6 * 2
    expect(page.locator(".score .big")).to_have_text("15.6")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    take_picture(page, pictures, "04-form")
    page.keyboard.press("Control+s")
    page.wait_for_load_state()
    expect(page.locator(".strip")).to_contain_text("Complete")


def decide(page: Page, participant: str, visit: str, answers: Mapping[str, str], pictures: Path) -> None:
    page.goto(f"{participant}visits/{visit}/eligibility")
    fill(page, {**answers, "confirmed": "yes", "date": SCREENED if visit == "SCR" else DOSED})
    take_picture(page, pictures, f"05-eligibility-{visit}")
    page.get_by_role("button", name="Save and decide: eligible").click()
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    expect(page.locator(".strip")).to_contain_text("Eligible")


def dose(page: Page, participant: str, pictures: Path) -> None:
    page.goto(f"{participant}visits/W0/forms/dose/0/")
    expect(page.locator("main")).to_contain_text("Planned at this visit: 160 mg")
    expect(page.locator('[data-item="reason"]')).to_be_hidden()
    fill(page, DOSE)
    take_picture(page, pictures, "07-dose")
    page.locator('.btns button[value="stay"]').click()
    page.wait_for_load_state()
    expect(page.locator(".strip")).to_contain_text("Complete")
