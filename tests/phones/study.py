"""The study of the simulated phones: a site for each participant, so that a version comes to each in its own time, and
six versions, each with one question more in its diary."""

from tests.store import small

SITES = 250  # and participants, one for each schedule of a data folder
VERSIONS = 6

DIARY = """
title: A diary
contact: {text: Call us.}
reminder: {at: "20:00", snooze_minutes: [30]}
silent: {after_days: 3, text: Silent.}
forms:
  diary_day:
    label: Your day
    ask: {every: day, from: SCR, to: W2, open: "18:00", close: "12:00 next day"}
    items:
      itch: {label: Worst itch, type: integer, range: 0..10, low: None, high: Worst}
      bled: {label: Did you scratch until it bled?, type: boolean, when: itch >= 4}
      doubled: {label: Twice the itch, type: integer, derive: 2 * itch}
MORE
    checks:
      bad: {about: itch, when: itch >= 9, ask: Very bad itch., level: alert, within_hours: 24, tell: Call us today.}
  diary_week:
    label: Your week
    ask: {every: week, from: SCR, to: W2, open: "00:00", close: "23:59"}
    items:
      work: {label: How hard was your work?, type: integer, range: 0..10, low: Not at all, high: Very}
  diary_report:
    label: Report a problem
    ask: whenever
    items:
      words: {label: What happened?, type: text, length: 200}
"""
MORE = "      more{}: {{label: More {}, type: integer, range: 0..10, low: None, high: Worst}}"
END = """
label: End of study
records: one per participant
items:
  date: {label: Last day, type: date}
"""
SITE = "  {}: {{label: Site {}, country: CN, timezone: Asia/Shanghai}}"
TWO_SITES = """  S01: {label: First, country: CN, timezone: Asia/Shanghai}
  S02: {label: Second, country: CN, timezone: Asia/Shanghai}"""


def site_of(number: int) -> str:
    return f"S{number:03}"


def files_of(version: int) -> dict[str, bytes]:
    """One version of the study, 1 to 6."""
    more = "\n".join(MORE.format(number, number) for number in range(2, version + 1))
    files = small.small_files(
        version=f"{version}.0.0", ended="known(end.date)", diary=DIARY.replace("MORE", more)
    )
    text = files["study.yaml"].decode()
    assert TWO_SITES in text
    sites = "\n".join(SITE.format(site_of(number), number) for number in range(SITES))
    return {
        **files,
        "study.yaml": text.replace(TWO_SITES, sites).encode(),
        "forms/end.yaml": END.encode(),
    }
