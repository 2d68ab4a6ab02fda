"""A study folder made of a registry record: what the record says, and TO DECIDE where it says nothing."""

from collections.abc import Mapping, Sequence
from typing import Final

import yaml

from trialwright.registry.criteria import split_criteria
from trialwright.registry.record import (
    Outcome,
    Record,
    as_text,
    outcomes_of,
    parts_of,
    text_of,
    texts_of,
)
from trialwright.registry.terms import in_words, make_id, weeks_of
from trialwright.study.undecided import UNDECIDED

Plain = str | Sequence["Plain"] | Mapping[str, "Plain"]

_REGISTRY: Final = "ClinicalTrials.gov"
_ATTESTED: Final = "attested by the investigator until a rule is written"
_WIDTH: Final = 140
_ROLES: Final = """\
# Who may do what at which site. r read, w enter and change, a answer queries, q open and close queries,
# s decide on eligibility, . nothing
decided: the record has none of these

rights:
  roles:          coordinator  investigator  monitor  data_manager  statistician  sponsor  administrator
  identity:       rw           rw            .        .             .             .        .
  forms:          rwa          rwa           rq       rq            r             .        .
  eligibility:    rw           rws           rq       rq            r             .        .
  drug:           rw           r             rq       rq            r             .        .
  adverse_events: rwa          rwa           rq       rq            r             r        .
  diary:          rwa          rwa           r        rq            r             .        .
  accounts:       .            .             .        .             .             .        w

never_together:
  - [coordinator, monitor]
  - [investigator, monitor]
"""


def new_study(record: Record) -> Mapping[str, bytes]:
    """The files of a study folder, record.json among them. `check` lists what is to decide."""
    outcomes = outcomes_of(record)
    weeks = sorted({week for outcome in outcomes for week in weeks_of(outcome.time_frame)})
    interventions = _interventions(record)
    criteria = split_criteria(text_of(record, "eligibilityModule", "eligibilityCriteria"))
    plain: dict[str, tuple[str, Plain]] = {
        "study.yaml": ("The study in one page.", _study(record, interventions)),
        "schedule.yaml": ("When people are seen and what is done then.", _schedule(weeks)),
        "eligibility.yaml": (
            "Who may take part, in the record's words.",
            {
                "inclusion": _criteria("I", [one.text for one in criteria if one.kind == "inclusion"]),
                "exclusion": _criteria("E", [one.text for one in criteria if one.kind == "exclusion"]),
            },
        ),
        "terms.yaml": (
            "Words of this protocol, each defined once.",
            {"first_dose": {"label": "First dose", "rule": UNDECIDED}},
        ),
        "drug.yaml": ("What is given.", _drug(record, interventions)),
        "analysis.yaml": ("What the trial asks and how it is answered.", _analysis(outcomes)),
        "forms/eligibility.yaml": ("The investigator confirms the criteria.", _eligibility_form()),
        **{
            f"forms/{name}.yaml": ("From the library of instruments.", {"instrument": f"{name}/1"})
            for name in ("consent", "demography", "adverse_event", "con_med")
        },
    }
    files = {name: _dump(head, content) for name, (head, content) in plain.items()}
    return {**files, "roles.yaml": _ROLES.encode(), "record.json": record.content}


def _dump(head: str, content: Plain) -> bytes:
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return f"# {head}\n{text}".encode()


def _or_decide(text: str) -> str:
    return text or UNDECIDED


def _study(record: Record, interventions: Mapping[str, str]) -> Plain:
    title = text_of(record, "identificationModule", "officialTitle")
    short = text_of(record, "identificationModule", "briefTitle")
    study: dict[str, Plain] = {
        "definition": "trialwright/1",
        "study": _or_decide(text_of(record, "identificationModule", "nctId")),
        "version": "0.1.0",
        "amendment": "original",
        "title": _or_decide(short or title),
    }
    acronym = text_of(record, "identificationModule", "acronym")
    if acronym:
        study["acronym"] = acronym
    return study | {
        "notice": "Made from the registry record. It is not the protocol of this trial.",
        "languages": ["en"],
        "registry": _registry(record),
        "design": _design(record),
        "arms": _arms(record, interventions),
        "epochs": {
            "screening": {"label": "Screening"},
            "treatment": {"label": "Treatment"},
            "follow_up": {"label": "Follow-up"},
        },
        "sites": _sites(record),
        "baseline": {"visits": ["W0", "SCR"], "decided": "the record defines no baseline"},
    }


def _registry(record: Record) -> Plain:
    identifiers: dict[str, Plain] = {
        _or_decide(text_of(record, "identificationModule", "nctId")): {"registry": _REGISTRY}
    }
    own = text_of(record, "identificationModule", "orgStudyIdInfo", "id")
    if own:
        identifiers.setdefault(own, {"registry": "Sponsor"})
    for one in parts_of(record, "identificationModule", "secondaryIdInfos"):
        name = as_text(one.get("id"))
        if name:
            given_by = as_text(one.get("domain")) or in_words(as_text(one.get("type"))) or "Other"
            identifiers.setdefault(name, {"registry": given_by})
    phases = [in_words(name) for name in texts_of(record, "designModule", "phases")]
    registry: dict[str, Plain] = {
        "identifiers": identifiers,
        "sponsor": _or_decide(text_of(record, "sponsorCollaboratorsModule", "leadSponsor", "name")),
        "status": _or_decide(in_words(text_of(record, "statusModule", "overallStatus"))),
        "condition": [*texts_of(record, "conditionsModule", "conditions")] or [UNDECIDED],
        "phase": [*phases] or ["Not applicable"],
        "summary": _or_decide(text_of(record, "descriptionModule", "briefSummary")),
    }
    description = text_of(record, "descriptionModule", "detailedDescription")
    return registry | ({"description": description} if description else {})


def _design(record: Record) -> Plain:
    def said(*path: str) -> str:
        return _or_decide(in_words(text_of(record, "designModule", *path)))

    low = text_of(record, "eligibilityModule", "minimumAge")
    high = text_of(record, "eligibilityModule", "maximumAge")
    return {
        "type": said("studyType"),
        "model": said("designInfo", "interventionModel"),
        "masking": said("designInfo", "maskingInfo", "masking"),
        "allocation": said("designInfo", "allocation"),
        "purpose": said("designInfo", "primaryPurpose"),
        "target": _or_decide(text_of(record, "designModule", "enrollmentInfo", "count")),
        "sex": _or_decide(in_words(text_of(record, "eligibilityModule", "sex"))),
        "age": _age(low, high),
        "planned": {
            "start": _or_decide(text_of(record, "statusModule", "startDateStruct", "date")),
            "completion": _or_decide(text_of(record, "statusModule", "completionDateStruct", "date")),
        },
    }


def _age(low: str, high: str) -> str:
    """The ages as the record has them.

    >>> _age("18 Years", "70 Years"), _age("6 Months", "")
    ('18 Years to 70 Years', '6 Months and older')
    """
    if low and high:
        return f"{low} to {high}"
    if low or high:
        return f"{low} and older" if low else f"up to {high}"
    return UNDECIDED


def _interventions(record: Record) -> dict[str, str]:
    """The record's name of each intervention -> its id."""
    ids: dict[str, str] = {}
    for one in parts_of(record, "armsInterventionsModule", "interventions"):
        name = as_text(one.get("name"))
        if name and name not in ids:
            ids[name] = make_id(name, ids.values(), "intervention")
    return ids


def _arms(record: Record, interventions: Mapping[str, str]) -> Plain:
    arms: dict[str, Plain] = {}
    for one in parts_of(record, "armsInterventionsModule", "armGroups"):
        label = as_text(one.get("label"))
        arms[make_id(label, arms, "arm", upper=True)] = {
            "label": _or_decide(label),
            "type": _or_decide(in_words(as_text(one.get("type")))),
            "text": _or_decide(as_text(one.get("description"))),
            "interventions": [*_of_arm(record, label, interventions)],
        }
    return arms or {"ARM": {"label": UNDECIDED, "type": UNDECIDED, "text": UNDECIDED, "interventions": []}}


def _of_arm(record: Record, label: str, interventions: Mapping[str, str]) -> list[str]:
    """The ids of the interventions that name this arm."""
    return list(
        dict.fromkeys(
            interventions[as_text(one.get("name"))]
            for one in parts_of(record, "armsInterventionsModule", "interventions")
            if as_text(one.get("name")) and label in _labels(one.get("armGroupLabels"))
        )
    )


def _labels(part: object) -> list[str]:
    return [as_text(one) for one in part] if isinstance(part, list) else []


def _sites(record: Record) -> Plain:
    sites: dict[str, Plain] = {
        f"{number:02d}": {
            "label": _or_decide(as_text(one.get("facility"))),
            "country": _or_decide(as_text(one.get("country"))),
            "timezone": UNDECIDED,
        }
        for number, one in enumerate(parts_of(record, "contactsLocationsModule", "locations"), start=1)
    }
    unknown: Plain = {"label": UNDECIDED, "country": UNDECIDED, "timezone": UNDECIDED}
    return sites or {"01": unknown}


def _schedule(weeks: list[int]) -> Plain:
    visits: dict[str, Plain] = {
        "SCR": {"label": "Screening", "epoch": "screening", "day": UNDECIDED},
        "W0": {"label": "Week 0", "epoch": "treatment", "day": "1", "anchor": "first_dose"},
    }
    for week in weeks:
        visits[f"W{week}"] = {
            "label": f"Week {week}",
            "epoch": UNDECIDED,
            "day": str(7 * week + 1),
            "window": UNDECIDED,
        }
    once = "  ".join(["x", *["."] * (len(visits) - 1)])
    twice = "  ".join(["x", "x", *["."] * (len(visits) - 2)])
    always = "  ".join(["x"] * len(visits))
    return {
        "visits": visits,
        "activities": {
            "visits": "  ".join(visits),
            "consent": once,
            "demography": once,
            "eligibility": twice,
            "adverse_event": always,
            "con_med": always,
        },
    }


def _criteria(letter: str, texts: list[str]) -> Plain:
    return {
        f"{letter}{number}": {"text": text, "attest": text, "decided_at": ["SCR"], "decided": _ATTESTED}
        for number, text in enumerate(texts, start=1)
    }


def _eligibility_form() -> Plain:
    return {
        "form": "eligibility",
        "label": "Eligibility",
        "records": "one per visit",
        "made_from": "eligibility",
        "items": {
            "confirmed": {"label": "All criteria reviewed with their values", "type": "boolean"},
            "date": {"label": "Date of decision", "type": "date"},
        },
    }


def _drug(record: Record, interventions: Mapping[str, str]) -> Plain:
    kinds = {
        as_text(one.get("name")): as_text(one.get("type"))
        for one in parts_of(record, "armsInterventionsModule", "interventions")
    }
    return {
        "interventions": {
            name: {
                "label": label,
                "type": _or_decide(in_words(kinds[label])),
                "role": UNDECIDED,
                "route": UNDECIDED,
            }
            for label, name in interventions.items()
        }
    }


def _analysis(outcomes: list[Outcome]) -> Plain:
    endpoints: dict[str, Plain] = {}
    by_level: dict[str, list[Plain]] = {}
    for outcome in outcomes:
        name = make_id(outcome.measure, endpoints, "endpoint")
        by_level.setdefault(outcome.level, []).append(name)
        endpoints[name] = _endpoint(outcome)
    objectives: dict[str, Plain] = {
        level: {"level": level, "text": UNDECIDED, "endpoints": names} for level, names in by_level.items()
    }
    return {
        "objectives": objectives,
        "populations": {"full": {"label": "Full analysis set", "rule": UNDECIDED}},
        "endpoints": endpoints,
        "estimands": {
            name: {"endpoint": name, "population": "full", "missing": UNDECIDED, "summary": UNDECIDED}
            for name in endpoints
        },
    }


def _endpoint(outcome: Outcome) -> Plain:
    weeks = weeks_of(outcome.time_frame)
    endpoint: dict[str, Plain] = {
        "level": outcome.level,
        "label": _or_decide(outcome.measure),
        "text": outcome.description or _or_decide(outcome.measure),
        "variable": UNDECIDED,
    }
    if outcome.time_frame:
        endpoint["time_frame"] = outcome.time_frame
    return endpoint | {"visit": f"W{weeks[-1]}" if weeks else UNDECIDED}
