"""Accounts: who may sign in, and the roles that each holds at which sites. Every act is an event of the stream
"accounts"; the log knows ids, never names."""

import json
import re
import secrets
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from trialwright.ledger.commands import Actor, Moment
from trialwright.ledger.events import Body, Draft
from trialwright.ledger.events_accounts import AccountChanged, AccountCreated, RoleGranted
from trialwright.store.account_rows import ROW, Grant, digest_of_account, text_of_grants
from trialwright.store.definitions import newest_study, studies
from trialwright.store.errors import DataError, NotFound
from trialwright.store.messages import problem
from trialwright.store.models import Account
from trialwright.store.streams import ACCOUNTS, append_to_stream
from trialwright.store.text import login_key
from trialwright.store.transactions import writing
from trialwright.values.problem import Problem
from trialwright.values.stored import UNREADABLE

LOGIN = re.compile(r"[\w.@-]{2,60}\Z")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Who is to be let in. password "" for an account that cannot sign in by password (of a demo)."""

    login: str
    password: str
    name: str
    organisation: str
    language: str = "en"


def create_account(study_id: str, new: NewAccount, *, by: Actor, at: Moment) -> Account | Problem:
    """A new account without any role. A login that somebody has, or had, is refused."""
    refusal = _check_new(new)
    if refusal is not None:
        return refusal
    account = Account(
        id="a" + secrets.token_hex(8),
        login=new.login.strip(),
        login_key=login_key(new.login),
        name=new.name,
        organisation=new.organisation,
        language=new.language,
        grants="[]",
    )
    account.set_password(new.password or None)
    with writing():
        if Account.objects.filter(login_key=account.login_key).exists():
            return problem("login-taken", "login", login=new.login)
        account.save(force_insert=True)
        write_down(study_id, AccountCreated(account.id, _digest_of(account)), by=by, at=at)
    return account


def _check_new(new: NewAccount) -> Problem | None:
    if not LOGIN.match(login_key(new.login)):
        return problem("login-malformed", "login")
    if new.password:
        try:
            validate_password(new.password)
        except ValidationError as error:
            return problem("password-weak", "password", why=" ".join(error.messages))
    return None


def grant(study_id: str, account_id: str, role: str, site: str, *, by: Actor, at: Moment) -> Problem | None:
    """Gives a role at a site, or at all sites (""). Gives why not, where the study forbids it."""
    with writing():
        study = newest_study(study_id)
        if role not in study.roles:
            return problem("unknown-role", "role", role=role)
        if site and site not in study.sites:
            return problem("role-unknown-site", "site", site=site)
        account = find_account(account_id)
        held = grants_of(account)
        has = {held_role for held_study, held_role, _ in held if held_study == study_id}
        for apart in study.never_together:
            other = next((each for each in apart if each != role and each in has), None)
            if role in apart and other is not None:
                return problem(
                    "roles-apart", "role", role=study.roles[role].label, other=study.roles[other].label
                )
        if (study_id, role, site) not in held:
            account.grants = text_of_grants({*held, (study_id, role, site)})
            account.save(update_fields=["grants"])
            write_down(study_id, RoleGranted(account_id, role, site), by=by, at=at)
    return None


def renew_password(account: Account, password: str, *, by: Actor, at: Moment) -> None:
    """The same password by a stronger hash. Every study's log learns it: an account belongs to none alone."""
    account.set_password(password)
    with writing():
        account.save(update_fields=["password"])
        for study_id in studies():
            write_down(study_id, AccountChanged(account.id, _digest_of(account)), by=by, at=at)


def _digest_of(account: Account) -> str:
    return digest_of_account(getattr(account, name) for name in ROW)


def find_account(account_id: str) -> Account:
    """Raises NotFound."""
    found = Account.objects.filter(id=account_id).first()
    if found is None:
        raise NotFound(f"no account {account_id}")
    return found


def accounts_of(study_id: str) -> tuple[Account, ...]:
    """The accounts that hold a role in this study, by login."""
    everybody = Account.objects.order_by("login_key")
    return tuple(each for each in everybody if any(held[0] == study_id for held in grants_of(each)))


def names_of(account_ids: frozenset[str]) -> dict[str, str]:
    """Display names by id, for histories; ids that nobody has are left out."""
    return dict(Account.objects.filter(id__in=account_ids).values_list("id", "name"))


def grants_of(account: Account) -> tuple[Grant, ...]:
    """Raises DataError where they were altered so that they cannot be read."""
    try:
        return tuple((study, role, site) for study, role, site in json.loads(account.grants))
    except UNREADABLE:
        raise DataError(f"The roles of account {account.id} cannot be read; they were altered.") from None


def actors_of(account: Account, study_id: str) -> tuple[Actor, ...]:
    """What the person may act as in a study: one Actor a role, with the sites where it holds."""
    sites: dict[str, set[str]] = defaultdict(set)
    for study, role, site in grants_of(account):
        if study == study_id:
            sites[role].add(site)
    return tuple(
        Actor(account.id, role, account.organisation, frozenset() if "" in at else frozenset(at))
        for role, at in sites.items()
    )


def write_down(study_id: str, body: Body, *, by: Actor, at: Moment) -> None:
    """Adds an event to the stream "accounts"."""
    append_to_stream(
        newest_study(study_id), ACCOUNTS, [Draft(body)], by=by, at=at, command_id=secrets.token_hex(16)
    )
