"""The addresses of the diary, under /diary/. They carry no name and no code: addresses are written to logs."""

from django.urls import path, re_path

from trialwright.diary import photo
from trialwright.diary import views_api as api
from trialwright.diary import views_reminders as reminders
from trialwright.diary import views_shell as app

urlpatterns = [
    path("", app.shell, name="diary"),
    path("sw.js", app.worker, name="diary-worker"),
    path("manifest.webmanifest", app.manifest, name="diary-manifest"),
    path("app/<path:name>", app.app, name="diary-app"),
    re_path(r"^rules/(?P<definition>[0-9a-f]{64})\.js$", app.rules, name="diary-rules"),
    path("api/join", api.join, name="diary-join"),
    path("api/sync", api.sync, name="diary-sync"),
    path("api/photo", photo.photo, name="diary-photo"),
    path("api/history", api.history, name="diary-history"),
    path("api/settings", reminders.wishes, name="diary-settings"),
    path("api/push", reminders.push, name="diary-push"),
    path("api/reminders.ics", reminders.calendar, name="diary-reminders"),
]
