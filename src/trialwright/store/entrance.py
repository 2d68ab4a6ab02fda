"""Signing in and out: tries are counted, each is an event, and nobody learns whether a login exists."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import verify_password
from django.http import HttpRequest

from trialwright.ledger.commands import Actor, Moment
from trialwright.ledger.events_accounts import SignedIn, SignedOut, SignInFailed
from trialwright.store.accounts import find_account, grants_of, renew_password, write_down
from trialwright.store.definitions import studies
from trialwright.store.errors import DataError, NotFound
from trialwright.store.messages import problem
from trialwright.store.models import Account
from trialwright.store.text import login_key
from trialwright.store.throttle import begin_try, forget_tries
from trialwright.values.problem import Problem


class AccountBackend:
    """Gives Django the account of a session. Passwords are looked at in `sign_in` only, behind its counting."""

    def authenticate(self, request: HttpRequest | None, **credentials: str) -> AbstractBaseUser | None:
        return None

    def get_user(self, user_id: str) -> Account | None:
        return Account.objects.filter(id=user_id, is_active=True).first()


def address_of(request: HttpRequest) -> str:
    """Where the request comes from: behind proxies that the settings name, what the first of them was told."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    told = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    while address in settings.TRUSTED_PROXIES and told and told[-1]:
        address = told.pop()
    return address


def sign_in(login: str, password: str, *, address: str, at: Moment) -> Account | Problem:
    """The account, or one sentence that is the same for a wrong login and a wrong password."""
    key = login_key(login)
    closed = begin_try(key, address, at=at.utc)
    if closed:
        minutes = int(closed.total_seconds() // 60) + 1
        return problem("sign-in-closed", "login", minutes=minutes)
    account = Account.objects.filter(login_key=key, is_active=True).first()
    # Where there is no account, this takes as long as looking at a real one.
    is_right, is_outdated = verify_password(password, "" if account is None else account.password)
    if account is None or not is_right:
        who = "" if account is None else account.id  # a login that does not exist may be a mistyped password
        for study_id in _studies_of(account):
            write_down(study_id, SignInFailed(who), by=Actor(who, "", ""), at=at)
        return problem("sign-in-failed", "login")
    forget_tries(key, address)
    if is_outdated:  # by Django's own setter the row would change and no event say so
        renew_password(account, password, by=Actor(account.id, "", account.organisation), at=at)
    _signed_in(account, at=at)
    return account


def sign_in_demo(account_id: str, *, at: Moment) -> Account:
    """One click, in a demo only. Raises DataError elsewhere, and NotFound for an account that was closed."""
    if not settings.IS_DEMO:
        raise DataError("Signing in without a password is for a demo.")
    account = find_account(account_id)
    if not account.is_active:
        raise NotFound(f"account {account_id} is closed")
    _signed_in(account, at=at)
    return account


def sign_out(account: Account, *, at: Moment) -> None:
    for study_id in _studies_of(account):
        write_down(study_id, SignedOut(account.id), by=Actor(account.id, "", account.organisation), at=at)


def _signed_in(account: Account, *, at: Moment) -> None:
    for study_id in _studies_of(account):
        write_down(study_id, SignedIn(account.id), by=Actor(account.id, "", account.organisation), at=at)


def _studies_of(account: Account | None) -> tuple[str, ...]:
    """Each study in which the person holds a role has the event in its own log; of who holds none, and of nobody,
    the folder's first study tells."""
    held = tuple(dict.fromkeys(study for study, _, _ in grants_of(account))) if account else ()
    return held or studies()[:1]
