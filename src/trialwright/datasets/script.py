"""The steps of a dataset in words: the very steps that are carried out, one a line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from trialwright.datasets.imputing import value_of_missing, visits_of_all
from trialwright.datasets.script_words import STEP_WORDS
from trialwright.datasets.steps import (
    Baseline,
    Change,
    CountDays,
    Decide,
    Derive,
    FlagMembers,
    Impute,
    Keep,
    Limit,
    OnlyMembers,
    Step,
    TakeDeviations,
    TakeEvents,
    TakeFromRows,
    TakeOccasions,
    TakeParticipants,
    TakeRecords,
    TakeScores,
    TakeTimes,
    TakeValues,
    Window,
    steps_of,
)
from trialwright.expr.nodes import Rule
from trialwright.study.model import Column, Dataset, Estimand, Strategy, Study

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says a script: in a language, with the translations of the program's own sentences."""

    study: Study
    language: str = "en"
    translate: Translate = str

    def label(self, text: str) -> str:
        return self.study.say(text, self.language)

    def sentence(self, word: str, **parts: object) -> str:
        return self.translate(STEP_WORDS[word]).format(**parts)

    def visits(self, names: tuple[str, ...]) -> str:
        return ", ".join(self.label(self.study.visits[name].label) for name in names)


def script_of(
    study: Study, dataset: Dataset, language: str = "en", translate: Translate = str
) -> tuple[str, ...]:
    """A heading, and a numbered line for each step, with the texts of the rules as the definition has them."""
    speaker = Speaker(study, language, translate)
    heading = f"{dataset.id} ({dataset.kind}): {speaker.label(dataset.label)}"
    lines = (f"{number}. {said(step, speaker)}" for number, step in enumerate(steps_of(study, dataset), 1))
    return (heading, "", *lines)


def said(step: Step, speaker: Speaker) -> str:
    """One step in words."""
    study = speaker.study
    match step:
        case TakeValues() | TakeScores() | TakeTimes() | TakeFromRows():
            return _parameter(step, speaker)
        case TakeParticipants():
            return speaker.sentence("participants")
        case TakeRecords() | TakeEvents() | TakeDeviations() | TakeOccasions():
            return _records(step, speaker)
        case OnlyMembers(population=name):
            return speaker.sentence(
                "members", population=name, label=speaker.label(study.populations[name].label)
            )
        case Keep(columns=names, dataset=dataset):
            return speaker.sentence("keep", dataset=dataset, names=", ".join(names))
        case Impute(imputation=_):
            return _imputed(step, speaker)
        case _:
            return _variable(step, speaker)


def _records(step: TakeRecords | TakeEvents | TakeDeviations | TakeOccasions, speaker: Speaker) -> str:
    match step:
        case TakeOccasions():
            return speaker.sentence("occasions")
        case TakeRecords(form=form, rule=None):
            return speaker.sentence("records", form=form)
        case TakeRecords(form=form, rule=rule):
            return speaker.sentence("records_where", form=form, rule=_text(rule))
        case TakeEvents():
            known = speaker.study.intercurrent_events.values()
            events = "; ".join(f"{one.id} ({_text(one.rule)})" for one in known)
            return speaker.sentence("events", events=events)
        case TakeDeviations(checks=checks):
            told = "; ".join(f"{one.id} ({_text(one.when)})" for one in checks)
            return speaker.sentence("deviations", checks=told)
        case _:
            assert_never(step)


def _parameter(step: TakeValues | TakeScores | TakeTimes | TakeFromRows, speaker: Speaker) -> str:
    one = step.parameter
    parts = {"parameter": one.id, "label": speaker.label(one.label)}
    match step:
        case TakeValues(dated_by=date) if one.item is not None:
            word = "values" if date is None else "values_dated"
            return speaker.sentence(word, date=date, item=one.item, **parts)
        case TakeValues():
            return speaker.sentence("answers", rule=_text(one.rule), **parts)
        case TakeScores(score=score):
            return speaker.sentence("scores", score=score.id, rule=_text(score.rule), **parts)
        case TakeTimes(estimand=name):
            return _times(one.id, parts["label"], name, speaker)
        case TakeFromRows():
            return speaker.sentence("from_rows", source=one.of, rule=_text(one.rule), **parts)
        case _:
            assert_never(step)


def _variable(
    step: CountDays | Window | Baseline | Change | Limit | Derive | FlagMembers | Decide, speaker: Speaker
) -> str:
    match step:
        case CountDays():
            return speaker.sentence("days")
        case Window():
            return speaker.sentence("window", windows=_windows(speaker))
        case Baseline(visits=visits, has_windows=has_windows):
            said_so = speaker.sentence("baseline", visits=speaker.visits(visits))
            return speaker.sentence("baseline_visit", said=said_so) if has_windows else said_so
        case Limit(items=items):
            return speaker.sentence("limit", parameters=", ".join(name for name, _ in items))
        case Change(id=name, text=text):
            return speaker.sentence("change", name=name, rule=text)
        case Derive(column=column):
            return _derived(column, speaker)
        case FlagMembers(column=column):
            name, word = column.population or "", "member_flag" if column.is_flag else "member"
            parts = {"name": column.id, "label": speaker.label(column.label)}
            return speaker.sentence(word, population=name, rule=_population(name, speaker), **parts)
        case Decide(criterion=one):
            parts = {"label": speaker.label(one.label), "rule": one.rule.text}
            return speaker.sentence("criterion", name=one.id, parameters=", ".join(one.parameters), **parts)
        case _:
            assert_never(step)


def _population(name: str, speaker: Speaker) -> str:
    """The rule of a population, and of those that it lies within."""
    found = speaker.study.populations[name]
    rule = _text(found.rule)
    if found.within is None:
        return rule
    around = _population(found.within, speaker)
    return speaker.sentence("within", rule=rule, population=found.within, around=around)


def _derived(column: Column, speaker: Speaker) -> str:
    word = "flag" if column.is_flag else column.partial or "derive"
    parts = {"name": column.id, "label": speaker.label(column.label), "rule": _text(column.rule)}
    said_so = speaker.sentence(word, **parts)
    codes = ", ".join(f"{code} = {text}" for code, text in column.shown.items())
    return speaker.sentence("shown", said=said_so, codes=codes) if codes else said_so


def _imputed(step: Impute, speaker: Speaker) -> str:
    one, study = step.imputation, speaker.study
    estimand = study.estimands[one.estimand]
    events = _events(estimand, "composite", speaker)
    ended = _events(estimand, "while on study", speaker)
    missing, is_yes = speaker.sentence("impute_none"), value_of_missing(estimand)
    if is_yes is not None:
        missing = speaker.sentence("impute_row", dtype=one.id, value="Y" if is_yes else "N")
    return speaker.sentence(
        "impute",
        flag=one.flag,
        label=speaker.label(one.label),
        population=estimand.population,
        parameters=", ".join(one.parameters),
        visits=speaker.visits(tuple(visit.id for visit in visits_of_all(study))),
        estimand=one.estimand,
        events=events or speaker.sentence("no_event"),
        dtype=one.id,
        left=speaker.sentence("impute_left", events=ended, dtype=one.id) if ended else "",
        missing=missing,
    )


def _events(estimand: Estimand, strategy: Strategy, speaker: Speaker) -> str:
    """The intercurrent events of a strategy in words, "" for none."""
    found = [event for event, handled in estimand.intercurrent.items() if handled == strategy]
    return ", ".join(speaker.label(speaker.study.intercurrent_events[event].label) for event in found)


def _times(parameter: str, label: str, name: str, speaker: Speaker) -> str:
    estimand = speaker.study.estimands[name]
    endpoint = speaker.study.endpoints[estimand.endpoint]
    after = endpoint.after
    return speaker.sentence(
        "times",
        population=estimand.population,
        parameter=parameter,
        label=label,
        origin=speaker.visits((after,)) if after else speaker.sentence("first_dose"),
        visits=speaker.visits(endpoint.visits),
        rule=_text(endpoint.variable),
    )


def _windows(speaker: Speaker) -> str:
    return ", ".join(
        f"{speaker.label(visit.label)}: {visit.analysis_days[0]}..{visit.analysis_days[1]}"
        for visit in speaker.study.visits.values()
        if visit.analysis_days
    )


def _text(rule: Rule | None) -> str:
    return " ".join(rule.text.split()) if rule is not None else ""
