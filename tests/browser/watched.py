"""The small study with alerts, criteria of eligibility and roles that read little: what work lists are about."""

from datetime import timedelta
from typing import Final

from tests.store.small import COORDINATOR, DRUGS_YAML, START, STUDY, VITALS_YAML, make_moment, small_files

DRUGS = (
    DRUGS_YAML
    + """
area: drug
checks:
  poison: {about: name, when: 'name == "Poison"', ask: A poison was taken. Tell the sponsor now., level: alert, within_hours: 24}
"""
)
VITALS = (
    VITALS_YAML
    + """
  grown: {about: weight, when: weight > 2 * previous(weight), ask: The weight doubled. Please confirm.}
"""
)
ELIGIBILITY = """
inclusion:
  I1: {text: Light enough, rule: 'vitals.weight < "100 kg"', decided_at: [SCR]}
  I2: {text: Took nothing bad, rule: 'none(drugs, where=name == "Poison")', decided_at: [SCR]}
exclusion:
  E1: {text: Heavy by now, rule: 'vitals.weight > "300 kg"', decided_at: [W0]}
  E2: {text: Unfit, attest: The participant is unfit., decided_at: [SCR, W0]}
"""
ELIGIBILITY_FORM = """
label: Eligibility
records: one per visit
made_from: eligibility
items:
  confirmed: {label: All criteria reviewed, type: boolean}
"""
ROLES = """
rights:
  roles:       coordinator doctor monitor sponsor guest
  identity:    rw          .      .       .       .
  forms:       rwaq        rwa    rq      .       r
  eligibility: rw          rws    r       .       .
  drug:        rwa         rw     rq      r       .
  diary:       rw          r      .       .       .
labels: {sponsor: Sponsor}
"""
SCHEDULE_ROWS: Final = "  eligibility: x x .\n"


ASSAY = "  assay: {label: Assay, type: decimal, decimals: 1, optional: true, blinded_until: W2}\nchecks:"
HIGH = "  high: {about: assay, when: 'assay > 5', ask: Is the assay right?, level: alert}\n"


def watch(*, blinded: str = "") -> None:
    """That study becomes active at both sites. blinded: a role that does not see an assay until week 2."""
    from trialwright.store.definitions import activate, add_definition

    files = small_files(version=f"1.1.{len(blinded)}", vitals=VITALS)
    files |= {
        "roles.yaml": ROLES.encode(),
        "forms/drugs.yaml": DRUGS.encode(),
        "eligibility.yaml": ELIGIBILITY.encode(),
        "forms/eligibility.yaml": ELIGIBILITY_FORM.encode(),
    }
    files["schedule.yaml"] += SCHEDULE_ROWS.encode()
    if blinded:
        masking = f"masking: {{value: Double, decided: so, blinded: [{blinded}]}}"
        files["study.yaml"] = files["study.yaml"].replace(b"masking: Open", masking.encode())
        files["forms/vitals.yaml"] = (VITALS.replace("checks:", ASSAY) + HIGH).encode()
    study = add_definition(files, {}, at=START + timedelta(minutes=1))
    for site in ("S01", "S02"):
        activate(STUDY, site, study.hash, by=COORDINATOR, at=make_moment(2))
