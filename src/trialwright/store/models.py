"""Tables. The log is `event` with `event_value`; `record`, `query`, `diary_entry`, `participant`, `site_definition` and
`head` are what the log says now, and can be made again from it. Every key begins with the study."""

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


class DiaryEntry(models.Model):
    """One entry of a diary, as it was sent: rows are added, and changed only by a release or a redaction."""

    pk = models.CompositePrimaryKey("study", "participant", "entry")
    study = models.TextField()
    participant = models.TextField()
    entry = models.TextField()
    visit = models.TextField()
    form = models.TextField()
    repeat = models.IntegerField()
    day = models.TextField()
    sequence = models.IntegerField()
    source = models.TextField()
    device = models.TextField()
    number = models.IntegerField()
    entered = models.TextField()
    received = models.TextField()
    app = models.TextField()
    definition = models.TextField()
    root = models.TextField()
    corrects = models.TextField()
    clock_off_seconds = models.IntegerField()
    flags = models.TextField()  # canonical JSON, those of the event
    behind = models.IntegerField()
    kept_aside = models.IntegerField()
    released = models.IntegerField()
    left_aside = models.IntegerField()
    items = models.TextField()
    unread = models.TextField()
    emptied = models.TextField()

    class Meta:
        db_table = "diary_entry"


class Device(models.Model):
    """A phone that a participant joined with. That it joined, and was revoked, the log says; this knows it again."""

    pk = models.CompositePrimaryKey("study", "device")
    study = models.TextField()
    device = models.TextField()
    participant = models.TextField()
    token_hash = models.TextField(unique=True)  # sha256 of the token, which the phone alone holds
    platform = models.TextField()
    language = models.TextField()
    app = models.TextField()
    push = models.TextField()  # JSON of the subscription, "" for none
    joined_utc = models.TextField()
    seen_utc = models.TextField()
    revoked = models.IntegerField()

    class Meta:
        db_table = "device"
        indexes: ClassVar = [models.Index(fields=["study", "participant"], name="device_of")]


class Invite(models.Model):
    """An invitation of the log, with what the one-use code and the year of birth are held against."""

    pk = models.CompositePrimaryKey("study", "invite")
    study = models.TextField()
    invite = models.TextField()
    participant = models.TextField()
    code_hash = models.TextField(unique=True)
    year_hash = models.TextField()  # sha256 of code and year: nobody reads the year without the code
    expires_utc = models.TextField()
    used_utc = models.TextField()  # "" before
    tries = models.IntegerField()  # with a wrong year

    class Meta:
        db_table = "invite"


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


class Contact(models.Model):
    """How a participant is reached: beside the log, so that a person can be erased."""

    pk = models.CompositePrimaryKey("study", "participant")
    study = models.TextField()
    participant = models.TextField()
    phone = models.TextField()
    email = models.TextField()
    channel = models.TextField()  # email, sms, none; "" where nobody chose
    remind_at = models.IntegerField(null=True)  # minutes after midnight; none where the study's hour is kept
    language = models.TextField()
    put_off = models.TextField()  # by the participant's clock, without a zone; "" where it was not
    updated_by = models.TextField()
    updated_utc = models.TextField()

    class Meta:
        db_table = "contact"


class Message(models.Model):
    """What is sent to participants, from the moment that it is due; see outbox.py."""

    pk = models.CompositePrimaryKey("study", "message")
    study = models.TextField()
    message = models.TextField()
    participant = models.TextField()
    kind = models.TextField()
    channel = models.TextField()
    recipient = models.TextField()  # "" on the screen, and where the contact was erased
    subject = models.TextField()
    text = models.TextField()
    about = models.TextField()  # canonical JSON: [[form, visit, day], ...]
    local = models.TextField()  # when it was due, by the participant's clock
    closes_utc = models.TextField()  # afterwards it is of no use
    state = models.TextField()
    tries = models.IntegerField()
    next_utc = models.TextField()
    note = models.TextField()  # a word for why it was not sent
    created_utc = models.TextField()
    updated_utc = models.TextField()

    class Meta:
        db_table = "message"
        indexes: ClassVar = [
            models.Index(fields=["study", "created_utc"], name="message_by_time"),
            models.Index(fields=["study", "participant", "created_utc"], name="message_of"),
            models.Index(
                fields=["study", "next_utc"],
                name="message_to_send",
                condition=models.Q(state__in=("waiting", "sending")),
            ),
        ]
