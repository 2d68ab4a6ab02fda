"""How many participants came how far, counted from the definition: nothing of one study is written here."""

from collections.abc import Iterator

import polars as pl

from trialwright.datasets.status import answers, derive_status, truth
from trialwright.expr.check import infer
from trialwright.expr.nodes import Rule
from trialwright.expr.tables import Tables
from trialwright.expr.types import Typed
from trialwright.study.model import Study

COLUMNS = pl.Schema(
    {
        "step": pl.String(),
        "of": pl.String(),
        "answer": pl.String(),
        "participants": pl.List(pl.String()),
        "n": pl.Int64(),
    }
)

Step = tuple[str, str, str, list[str], int]


def derive_flow(study: Study, tables: Tables) -> pl.DataFrame:
    """Counts, each with the participants behind it: step, of, answer, participants, n.

    ==============  ==================  =====================================================
    step            of                  answer
    ==============  ==================  =====================================================
    screened                            everyone
    not_eligible    "" or criterion     refused; by each criterion that the refusal names
    left                                ended before enrolment and not refused
    accepted                            found eligible, or enrolled
    enrolled                            enrolled
    not_dosed                           enrolled or found eligible, without a dose
    dosed                               at least one dose
    stopped         form.item           each answer of the coded items that the rules of the end
                                        of treatment and of the study read or stand beside
    visit           visit               seen, or the reason for not being seen
    endpoint        endpoint            true, false, unknown at its visit, of those dosed
    ==============  ==================  =====================================================
    """
    rows = [
        *_up_to_dose(study, tables),
        *_stopped(study, tables),
        *_visits(study, tables),
        *_endpoints(study, tables),
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _step(step: str, of: str, answer: str, found: pl.DataFrame) -> Step:
    participants = found["participant"].unique(maintain_order=True).to_list()
    return step, of, answer, participants, len(participants)


def _up_to_dose(study: Study, tables: Tables) -> Iterator[Step]:
    known = tables.participants.with_columns(derive_status(study, tables), is_dosed=_dosed(study, tables))
    yield _step("screened", "", "", known)
    refused = known.filter(pl.col("decision") == "not_eligible")
    yield _step("not_eligible", "", "", refused)
    for criterion in study.criteria:
        named = refused.filter(pl.col("not_met").list.contains(criterion))
        if named.height:
            yield _step("not_eligible", criterion, "", named)
    never = pl.col("enrolled") == 0
    is_refused = (pl.col("decision") == "not_eligible").fill_null(value=False)
    yield _step("left", "", "", known.filter(never & (pl.col("status") == "ended") & ~is_refused))
    is_accepted = (pl.col("enrolled") > 0) | (pl.col("status") == "eligible")
    yield _step("accepted", "", "", known.filter(is_accepted | pl.col("is_dosed")))
    yield _step("enrolled", "", "", known.filter(~never))
    yield _step("not_dosed", "", "", known.filter(is_accepted & ~pl.col("is_dosed")))
    yield _step("dosed", "", "", known.filter("is_dosed"))


def _dosed(study: Study, tables: Tables) -> pl.Series:
    """Who surely had a dose."""
    return truth(study.lifecycle.dosed, study, tables).fill_null(value=False)


def _stopped(study: Study, tables: Tables) -> Iterator[Step]:
    lifecycle = study.lifecycle
    rules = [rule for rule in (lifecycle.treatment_ended, lifecycle.ended) if rule is not None]
    for form in dict.fromkeys(name for rule in rules for name in _forms_read(rule, study)):
        for item in study.forms[form].items.values():
            if item.type != "code" or study.forms[form].records != "participant":
                continue
            frame = tables.forms[form].filter(pl.col(f"{item.id}__state") == "known")
            for answer in frame[item.id].unique().sort():
                yield _step("stopped", f"{form}.{item.id}", answer, frame.filter(pl.col(item.id) == answer))


def _forms_read(rule: Rule, study: Study) -> list[str]:
    typed = infer(rule.node, study.vocabulary, asked="participant")
    needs = typed.needs if isinstance(typed, Typed) else ()
    return sorted({path.form for path in needs if path.form in study.forms})


def _visits(study: Study, tables: Tables) -> Iterator[Step]:
    for visit in study.visits:
        held = tables.visits.filter(pl.col("id") == visit)
        yield _step("visit", visit, "seen", held.filter(pl.col("date").is_not_null()))
        for reason in held["reason"].drop_nulls().unique().sort():
            yield _step("visit", visit, reason, held.filter(pl.col("reason") == reason))


def _endpoints(study: Study, tables: Tables) -> Iterator[Step]:
    dosed = tables.participants.filter(_dosed(study, tables))["participant"]
    for endpoint in study.endpoints.values():
        if endpoint.visit is None:
            continue
        found = answers(endpoint.variable.node, study, tables, endpoint.visit)
        of_dosed = found.filter(pl.col("participant").is_in(dosed.to_list()))
        for answer, is_so in (
            ("true", pl.col("value")),
            ("false", ~pl.col("value")),
            ("unknown", pl.col("value").is_null()),
        ):
            yield _step("endpoint", endpoint.id, answer, of_dosed.filter(is_so))
