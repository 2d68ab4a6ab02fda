"""The addresses. Each name is a route that the browser tests visit."""

from django.urls import URLPattern, URLResolver, include, path, re_path, register_converter

from trialwright.web.contacts import views as contacts
from trialwright.web.diaries import views as diaries
from trialwright.web.diaries import views_invite, views_sheet, views_telling
from trialwright.web.eligibility import views as eligibility
from trialwright.web.entrance import views as entrance
from trialwright.web.forms import log_views
from trialwright.web.forms import views as forms
from trialwright.web.links import RowConverter, VisitConverter
from trialwright.web.participants import views as participants
from trialwright.web.photos import views as photos
from trialwright.web.progress import views as progress
from trialwright.web.public import views as public
from trialwright.web.queries import views as queries
from trialwright.web.review import views as review
from trialwright.web.review import views_sets
from trialwright.web.visits import views as visits
from trialwright.web.worklist import views as worklist

register_converter(VisitConverter, "visit")
register_converter(RowConverter, "row")

_record: list[URLPattern | URLResolver] = [
    path("", forms.form, name="form"),
    path("draft", forms.draft, name="draft"),
    path("preview", forms.preview, name="preview"),
    path("earlier", forms.earlier, name="earlier"),
    path("history", forms.form_history, name="history"),
    path("remove", forms.remove, name="remove"),
    path("ask", queries.ask, name="ask"),
]
_told: list[URLPattern | URLResolver] = [
    path("", views_telling.told, name="told"),
    path("ahead", views_telling.told_ahead, name="told-ahead"),
]
_diary: list[URLPattern | URLResolver] = [
    path("", diaries.participant_diary, name="participant-diary"),
    path("invite", views_invite.invite, name="invite-phone"),
    path("phones/<str:device>/revoke", diaries.revoke, name="revoke-phone"),
    path("entries/<str:entry>/release", diaries.release, name="release-entry"),
    path("sheet", views_sheet.diary_sheet, name="diary-sheet"),
    path("told", views_telling.told_choice, name="told-choice"),
    path("told/<str:source>/<str:form>/<visit:visit>/<str:day>/", include(_told)),
]
_participant: list[URLPattern | URLResolver] = [
    path("", participants.participant, name="participant"),
    path("diary/", include(_diary)),
    path("enrol", eligibility.enrol, name="enrol"),
    path("contact", contacts.contact, name="contact"),
    path("contact/diary.ics", contacts.diary_calendar, name="diary-calendar"),
    path("photos/", photos.photos, name="photos"),
    path("photos/add", photos.add, name="add-photo"),
    path("photos/<str:photo>/", photos.photo, name="photo"),
    re_path(r"^photos/(?P<photo>[^/]+)/(?P<size>small|large)\.jpg$", photos.image, name="photo-image"),
    path("photos/<str:photo>/remove", photos.remove, name="remove-photo"),
    path("queries/<str:query>", queries.query, name="query"),
    path(
        "deviations/<str:check>/<visit:visit>/<row:repeat>/", review.class_deviation, name="class-deviation"
    ),
    path("visits/<visit:visit>/", visits.visit, name="visit"),
    path("visits/<visit:visit>/eligibility", eligibility.eligibility, name="eligibility"),
    path("visits/<visit:visit>/lists/<str:form>", log_views.log, name="log"),
    path("visits/<visit:visit>/forms/<str:form>/<row:repeat>/", include(_record)),
]
_study: list[URLPattern | URLResolver] = [
    path("", worklist.home, name="home"),
    path("participants/", participants.participants, name="participants"),
    path("participants/screen", participants.screen, name="screen"),
    path("participants/<str:participant>/", include(_participant)),
    path("diary/sheet", views_sheet.blank_sheet, name="blank-sheet"),
    path("queries/", queries.queries, name="queries"),
    path("messages/", contacts.messages, name="messages"),
    path("silent/", contacts.silent, name="silent"),
    path("progress/", progress.progress, name="progress"),
    path("review/", review.review, name="review"),
    path("review/sets/", views_sets.review_sets, name="review-sets"),
    path("review/sets/<str:population>/", views_sets.decide_set, name="decide-set"),
    path("progress/results", progress.results, name="results"),
]
urlpatterns = [
    path("", worklist.start, name="start"),
    path("sign-in", entrance.sign_in, name="sign-in"),
    path("sign-in/demo", entrance.demo_sign_in, name="demo-sign-in"),
    path("role", entrance.role, name="role"),
    path("sign-out", entrance.sign_out, name="sign-out"),
    path("session", entrance.session, name="session"),
    path("language", entrance.language, name="language"),
    path("diary/", include("trialwright.diary.urls")),
    path("registry/<str:study_id>/", public.registry, name="registry"),
    path("studies/<str:study_id>/", include(_study)),
]

handler404 = "trialwright.web.refusals.not_found"
