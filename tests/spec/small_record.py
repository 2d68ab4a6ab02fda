"""A small registry record, as the registry gives it."""

import json

RECORD = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT99999901",
            "orgStudyIdInfo": {"id": "OWN-7"},
            "secondaryIdInfos": [
                {"id": "2024-000000-11", "type": "EUDRACT_NUMBER"},
                {"id": "X-1", "domain": "Hospital"},
                {"id": ""},
            ],
            "briefTitle": "Calmol in Itch",
            "acronym": "CALM",
        },
        "statusModule": {
            "overallStatus": "NOT_YET_RECRUITING",
            "startDateStruct": {"date": "2025-05"},
            "completionDateStruct": {"date": "2026-06-30"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Clinic North"}},
        "descriptionModule": {
            "briefSummary": "Does it help?\n\nWe ask whether Calmol \\> nothing.",
            "detailedDescription": "A long\tdescription.",
        },
        "conditionsModule": {"conditions": ["Itch", "Eczema"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE2", "PHASE3"],
            "designInfo": {"interventionModel": "PARALLEL", "allocation": "RANDOMIZED"},
            "enrollmentInfo": {"count": 30},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {
                    "label": "Calmol",
                    "type": "EXPERIMENTAL",
                    "description": "Calmol 80 mg.",
                    "interventionNames": ["Drug: Calmol"],
                },
                {"label": "止痒", "type": "NO_INTERVENTION"},
            ],
            "interventions": [
                {"type": "DRUG", "name": "Calmol", "armGroupLabels": ["Calmol"]},
                {"type": "DRUG", "name": "Calmol"},
            ],
        },
        "outcomesModule": {
            "primaryOutcomes": [
                {
                    "measure": "Itch gone",
                    "description": "Share without itch.",
                    "timeFrame": "Baseline and Week 4",
                }
            ],
            "secondaryOutcomes": [
                {"measure": "Itch gone", "timeFrame": "8 weeks"},
                {"measure": "Safety", "description": "Events.", "timeFrame": "Throughout"},
            ],
        },
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n\n1. Itch \\>= 4;\n2. Adult\n   * of sound mind\n\nExclusion Criteria:\n\n* Allergy.",
            "sex": "ALL",
            "minimumAge": "18 Years",
        },
        "contactsLocationsModule": {"locations": [{"facility": "Ward 3", "country": "China"}]},
        "newModule": {"what": "ever"},
    },
    "hasResults": False,
}
CONTENT = json.dumps(RECORD, ensure_ascii=False, indent=1).encode()
