"""The patients' diary: how a phone joins, sends its entries and is told what to ask; and the app on the phone."""
