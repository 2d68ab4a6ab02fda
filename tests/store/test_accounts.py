"""Accounts, roles, signing in: each act is an event, tries are counted, nothing tells whether a login exists."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.store.small import COORDINATOR, STUDY, make_moment

from trialwright.ledger.commands import Actor
from trialwright.ledger.events_accounts import AccountCreated, RoleGranted, SignedIn, SignedOut, SignInFailed
from trialwright.store.errors import DataError, NotFound
from trialwright.values.problem import Problem

PASSWORD = "three words and more"


def make_account(login: str = "li.wei", password: str = PASSWORD):  # type: ignore[no-untyped-def]  # an Account
    from trialwright.store.accounts import NewAccount, create_account

    return create_account(
        STUDY, NewAccount(login, password, "Li Wei", "Hospital"), by=COORDINATOR, at=make_moment()
    )


def give_role(account_id: str, role: str, site: str = "S01") -> Problem | None:
    from trialwright.store.accounts import grant

    return grant(STUDY, account_id, role, site, by=COORDINATOR, at=make_moment())


def enter(login: str = "li.wei", password: str = PASSWORD, *, seconds: int = 0, address: str = "10.0.0.1"):  # type: ignore[no-untyped-def]  # an Account or a Problem
    from dataclasses import replace

    from trialwright.store.entrance import sign_in

    at = make_moment()
    return sign_in(login, password, address=address, at=replace(at, utc=at.utc + timedelta(seconds=seconds)))


def bodies() -> list[object]:
    from trialwright.store.events import history_of_stream

    return [event.body for event in history_of_stream(STUDY, "accounts")]


def test_signing_in_and_out_is_written_down(data: Path) -> None:
    from trialwright.store.entrance import sign_out

    account = make_account()
    assert enter("LI.wei ").id == account.id
    assert enter(password="wrong").code == "sign-in-failed"
    sign_out(account, at=make_moment(1))
    who = account.id
    assert bodies()[1:] == [SignedIn(who), SignInFailed(who), SignedOut(who)]
    assert type(bodies()[0]) is AccountCreated


def test_an_unknown_login_is_answered_as_a_wrong_password(data: Path) -> None:
    make_account()
    assert enter("nobody") == enter(password="wrong")
    assert bodies()[-2] == SignInFailed("")  # what was typed may be a password


def test_neither_login_nor_name_stand_in_the_log(data: Path) -> None:
    make_account()
    enter()
    enter("somebody-else")
    from trialwright.store.events import history_of_stream

    text = "".join(event.content for event in history_of_stream(STUDY, "accounts"))
    assert not any(word in text for word in ("li.wei", "Li Wei", "somebody-else"))


def test_the_door_closes_after_five_tries_and_opens_again(data: Path) -> None:
    make_account()
    for _ in range(5):
        assert enter(password="wrong").code == "sign-in-failed"
    assert enter().code == "sign-in-closed"
    assert enter(seconds=29).code == "sign-in-closed"
    assert enter("nobody-else").code == "sign-in-failed"
    assert enter(seconds=31).login == "li.wei"
    assert enter(password="wrong", seconds=32).code == "sign-in-failed"


def test_each_try_after_that_closes_it_for_twice_as_long(data: Path) -> None:
    make_account()
    for _ in range(5):
        enter(password="wrong")
    assert enter(password="wrong", seconds=31).code == "sign-in-failed"
    assert enter(seconds=31 + 59).code == "sign-in-closed"
    assert enter(seconds=31 + 61).login == "li.wei"


def test_unknown_logins_are_closed_alike(data: Path) -> None:
    for _ in range(5):
        enter("nobody")
    assert enter("NOBODY").code == "sign-in-closed"


def test_one_address_cannot_try_many_logins(data: Path) -> None:
    from trialwright.store.throttle import ADDRESS_TRIES, begin_try

    make_account()
    for at in range(ADDRESS_TRIES):
        begin_try(f"login{at}", "10.0.0.1", at=make_moment().utc)
    assert enter().code == "sign-in-closed"
    assert enter(address="10.0.0.2").login == "li.wei"


def test_one_known_account_does_not_open_the_door_for_guesses_at_others(data: Path) -> None:
    from trialwright.store.throttle import ADDRESS_TRIES, begin_try

    make_account()
    for at in range(ADDRESS_TRIES - 2):
        begin_try(f"login{at}", "10.0.0.1", at=make_moment().utc)
    assert enter(address="10.0.0.1").login == "li.wei"
    for at in range(2):
        begin_try(f"more{at}", "10.0.0.1", at=make_moment().utc)
    assert enter(address="10.0.0.1").code == "sign-in-closed"


def test_a_login_is_held_to_its_failures_however_long_ago(data: Path) -> None:
    from trialwright.store.throttle import LOGIN_TRIES, begin_try

    for at in range(LOGIN_TRIES - 1):
        assert not begin_try("li.wei", f"10.0.0.{at}", at=make_moment().utc)
    assert not begin_try("li.wei", "10.0.1.1", at=make_moment(600).utc)
    assert begin_try("li.wei", "10.0.1.2", at=make_moment(600).utc)


def test_an_address_is_not_held_to_what_happened_hours_ago(data: Path) -> None:
    from trialwright.store.throttle import ADDRESS_TRIES, begin_try

    make_account()
    for at in range(ADDRESS_TRIES - 1):
        begin_try(f"login{at}", "10.0.0.1", at=make_moment().utc)
    assert not begin_try("later", "10.0.0.1", at=make_moment(90).utc)
    assert not begin_try("later", "10.0.0.1", at=make_moment(91).utc)


@pytest.mark.parametrize("login", ["li.wei", "LI.WEI", "ｌi.wei"])
def test_a_login_is_given_once(data: Path, login: str) -> None:
    make_account()
    assert make_account(login).code == "login-taken"


@pytest.mark.parametrize(("login", "password", "code"), [
    ("l", PASSWORD, "login-malformed"),
    ("li wei", PASSWORD, "login-malformed"),
    ("li.wei", "short", "password-weak"),
    ("li.wei", "password1234", "password-weak"),
])  # fmt: skip
def test_what_is_no_login_or_no_password_is_refused(data: Path, login: str, password: str, code: str) -> None:
    refused = make_account(login, password)
    assert isinstance(refused, Problem)
    assert (refused.code, bodies()) == (code, [])


def test_roles_hold_at_their_sites(data: Path) -> None:
    from trialwright.store.accounts import accounts_of, actors_of, find_account, names_of

    account = make_account()
    assert accounts_of(STUDY) == ()
    assert [give_role(account.id, "coordinator", site) for site in ("S02", "S01", "S01")] == [None] * 3
    account = find_account(account.id)
    assert actors_of(account, STUDY) == (
        Actor(account.id, "coordinator", "Hospital", frozenset({"S01", "S02"})),
    )
    assert give_role(account.id, "coordinator", "") is None
    assert actors_of(find_account(account.id), STUDY)[0].sites == frozenset()
    assert actors_of(account, "OTHER") == ()
    assert bodies().count(RoleGranted(account.id, "coordinator", "S01")) == 1
    assert [each.id for each in accounts_of(STUDY)] == [account.id]
    assert names_of(frozenset({account.id, "a0"})) == {account.id: "Li Wei"}


@pytest.mark.parametrize(("role", "site", "code"), [
    ("monitor", "S02", "roles-apart"),
    ("king", "S01", "unknown-role"),
    ("coordinator", "S99", "role-unknown-site"),
])  # fmt: skip
def test_roles_that_the_study_forbids_are_refused(data: Path, role: str, site: str, code: str) -> None:
    account = make_account()
    give_role(account.id, "coordinator")
    refused = give_role(account.id, role, site)
    assert refused is not None
    assert refused.code == code


def test_an_account_that_ended_is_out_at_once(data: Path) -> None:
    from trialwright.store.entrance import AccountBackend

    account = make_account()
    assert AccountBackend().get_user(account.id) == account
    account.is_active = False
    account.save()
    assert AccountBackend().get_user(account.id) is None
    assert enter().code == "sign-in-failed"
    assert AccountBackend().authenticate(None, login="li.wei", password=PASSWORD) is None


def test_one_click_is_for_a_demo(data: Path) -> None:
    from django.test import override_settings

    from trialwright.store.entrance import sign_in_demo

    account = make_account(password="")
    assert enter(password="").code == "sign-in-failed"
    assert sign_in_demo(account.id, at=make_moment()) == account
    with override_settings(IS_DEMO=False), pytest.raises(DataError):
        sign_in_demo(account.id, at=make_moment())


def test_a_closed_account_is_not_let_in_by_one_click(data: Path) -> None:
    from trialwright.store.entrance import sign_in_demo
    from trialwright.store.models import Account

    account = make_account(password="")
    Account.objects.filter(id=account.id).update(is_active=False)
    with pytest.raises(NotFound):
        sign_in_demo(account.id, at=make_moment())


def test_nobody_has_an_unknown_id(data: Path) -> None:
    from trialwright.store.accounts import find_account
    from trialwright.store.models import Account

    with pytest.raises(NotFound):
        find_account("a0")
    account = make_account()
    assert Account.objects.get_by_natural_key("LI.WEI") == account
    assert str(account) == account.id


def test_an_export_is_written_down(data: Path) -> None:
    from trialwright.store.events import record_export

    record_export(STUDY, "report", "2026-03-02", command_id="c1", by=COORDINATOR, at=make_moment())
    assert [type(body).__name__ for body in bodies()] == ["DataExported"]
