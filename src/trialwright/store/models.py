"""Tables. The log is `event` with `event_value`; `record`, `query`, `participant`, `site_definition` and `head`
are what the log says now, and can be made again from it. Every key begins with the study."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Definition(models.Model):
    """One version of a study, with the instruments it was written for, as a zip of its files."""

    pk = models.CompositePrimaryKey("study", "hash")
    study = models.TextField()
    hash = models.TextField()
    number = models.IntegerField()  # 1, 2, 3 ... in the order in which they came
    version = models.TextField()
    library = models.TextField()  # version of the program whose instruments are inside
    files = models.BinaryField()
    digest = models.TextField()  # sha256 of the files, as they are packed

    class Meta:
        db_table = "definition"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "number"], name="definition_number")
        ]


class SiteDefinition(models.Model):
    """The version that a site enters data under."""

    pk = models.CompositePrimaryKey("study", "site")
    study = models.TextField()
    site = models.TextField()
    hash = models.TextField()
    version = models.TextField()
    sequence = models.IntegerField()  # in the stream of the site

    class Meta:
        db_table = "site_definition"


class Event(models.Model):
    """The log. Rows are added and never changed; see guards.py."""

    pk = models.CompositePrimaryKey("study", "stream", "sequence")
    study = models.TextField()
    stream = models.TextField()
    sequence = models.IntegerField()
    command_id = models.TextField()
    position = models.IntegerField()  # among the events of one command, from 0
    kind = models.TextField()
    server_utc = models.TextField()
    content = models.TextField()
    previous = models.TextField()
    seal = models.TextField()

    class Meta:
        db_table = "event"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["study", "stream", "command_id", "position"], name="event_command_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["study", "server_utc"],
                name="event_enrolled",
                condition=models.Q(kind="ParticipantEnrolled"),
            )
        ]


class EventValue(models.Model):
    """Values beside the log: emptied only together with a ValueRedacted event."""

    pk = models.CompositePrimaryKey("study", "stream", "sequence", "key")
    study = models.TextField()
    stream = models.TextField()
    sequence = models.IntegerField()
    key = models.TextField()
    salt = models.TextField()
    value = models.TextField(null=True)

    class Meta:
        db_table = "event_value"


class Head(models.Model):
    """The last event of each stream that has no other table to tell it: sites, study, accounts."""

    pk = models.CompositePrimaryKey("study", "stream")
    study = models.TextField()
    stream = models.TextField()
    sequence = models.IntegerField()
    seal = models.TextField()

    class Meta:
        db_table = "head"


class Participant(models.Model):
    """Who is in the study. The arm is inside `state`, which only `load` and `freeze` read: lists never see it."""

    pk = models.CompositePrimaryKey("study", "participant")
    study = models.TextField()
    participant = models.TextField()
    code = models.TextField()
    code_key = models.TextField()  # NFKC, upper case: codes are unique however they are typed
    site = models.TextField()
    status = models.TextField()
    state = models.TextField()

    class Meta:
        db_table = "participant"
        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "code_key"], name="code_once")]
        indexes: ClassVar = [models.Index(fields=["study", "site", "code_key"], name="participant_by_site")]


class Record(models.Model):
    """Current values of one (visit, form, repeat)."""

    pk = models.CompositePrimaryKey("study", "participant", "visit", "form", "repeat")
    study = models.TextField()
    participant = models.TextField()
    visit = models.TextField()
    form = models.TextField()
    repeat = models.IntegerField()
    sequence = models.IntegerField()
    definition = models.TextField()
    removed = models.IntegerField()
    items = models.TextField()
    cleared = models.TextField()

    class Meta:
        db_table = "record"


class Query(models.Model):
    """Current state of one query."""

    pk = models.CompositePrimaryKey("study", "participant", "query")
    study = models.TextField()
    participant = models.TextField()
    query = models.TextField()
    visit = models.TextField()
    form = models.TextField()
    repeat = models.IntegerField()
    item = models.TextField()
    check_id = models.TextField()
    level = models.TextField()
    state = models.TextField()
    text = models.TextField()
    answer = models.TextField()
    value = models.TextField()
    opened = models.IntegerField()
    answered = models.IntegerField()
    by_change = models.IntegerField()
    sequence = models.IntegerField()

    class Meta:
        db_table = "query"
        indexes: ClassVar = [
            models.Index(
                fields=["study", "participant"], name="query_not_closed", condition=~models.Q(state="closed")
            )
        ]


class AccountManager(BaseUserManager["Account"]):
    """What Django's sign-in asks for."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        from trialwright.store.text import login_key

        return self.get(login_key=login_key(username or ""))


class Account(AbstractBaseUser):
    """A person who may sign in. Never deleted, its login never given to another (21 CFR 11.100(a)).

    The log knows the id only; name and login stand here, so that a person can be erased.
    """

    id = models.TextField(primary_key=True)
    login = models.TextField()
    login_key = models.TextField(unique=True)
    name = models.TextField()
    organisation = models.TextField()
    language = models.TextField()
    grants = models.TextField()  # canonical JSON: [[study, role, site], ...]; site "" for all
    is_active = models.BooleanField(default=True)

    last_login = None
    objects = AccountManager()

    USERNAME_FIELD = "login_key"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "account"

    def __str__(self) -> str:
        return self.id


class Throttle(models.Model):
    """Sign-ins that failed in a row, by login and by address, whether the login exists or not."""

    key = models.TextField(primary_key=True)
    failures = models.IntegerField()
    closed_until = models.TextField()  # UTC: the end of the wait, or the last try where there is none

    class Meta:
        db_table = "throttle"


class Draft(models.Model):
    """What somebody typed and did not save yet; no record, and outside the log."""

    pk = models.CompositePrimaryKey("account", "study", "participant", "visit", "form", "repeat")
    account = models.TextField()
    study = models.TextField()
    participant = models.TextField()
    visit = models.TextField()
    form = models.TextField()
    repeat = models.IntegerField()
    items = models.TextField()
    updated_utc = models.TextField()

    class Meta:
        db_table = "draft"


class HeldPage(models.Model):
    """What a form's page sent when its session was over, until its person has signed in again; see held.py."""

    pk = models.CompositePrimaryKey("account", "study", "participant", "visit", "form", "repeat", "page")
    account = models.TextField()
    study = models.TextField()
    participant = models.TextField()
    visit = models.TextField()
    form = models.TextField()
    repeat = models.IntegerField()
    page = models.TextField()
    items = models.TextField()
    shown_utc = models.TextField()  # of the page
    updated_utc = models.TextField()  # when it came back

    class Meta:
        db_table = "held_page"
