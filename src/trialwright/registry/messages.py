"""Problems of registry records, and the fixed words of the public page."""

from types import MappingProxyType
from typing import Final

from trialwright.values.catalogue import problems_of

TEMPLATES = MappingProxyType(
    {
        "record-not-json": "This is not JSON: {detail}.",
        "record-too-large": "The record is larger than {limit} bytes.",
        "record-not-a-study": "This is not a study record of ClinicalTrials.gov: it has no protocolSection.",
        "record-has-no": "The record has no {part}.",
        "record-unknown-part": "The record has a part that is not known here; it is kept as it is: {part}.",
    }
)

problem = problems_of(TEMPLATES)

# Headings and labels of the page, in English; the web translates them.
LABELS: Final = (
    "Phase",
    "Status",
    "Conditions",
    "Interventions",
    "Registration number",
    "Lead sponsor",
    "Brief summary",
    "Detailed description",
    "Recruitment and eligibility",
    "Sex",
    "Age",
    "Target recruitment",
    "Inclusion criteria",
    "Exclusion criteria",
    "Study and design",
    "Study type",
    "Study design",
    "Allocation",
    "Masking",
    "Purpose",
    "Planned start",
    "Planned completion",
    "Arms and interventions",
    "Group",
    "Type",
    "Intervention",
    "Description",
    "Primary outcome measures",
    "Secondary outcome measures",
    "Other outcome measures",
    "Name",
    "Time",
    "Method",
    "The trial today",
    "Screened",
    "Enrolled",
    "Completed",
    "What differs between sources",
    "Found",
    "Decided",
    "Sites",
    "Site",
    "Country",
)
