"""For all tests: one process may drive a browser and ask the database."""

import os

# Playwright leaves an event loop running in its thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
