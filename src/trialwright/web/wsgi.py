"""The web application of one data folder, named by TRIALWRIGHT_DATA."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialwright.web.settings")
application = get_wsgi_application()
