"""People at their desks, without a browser: signed-in clients of the small study of two sites."""

from collections.abc import Mapping

from django.test import Client
from tests.store.small import COORDINATOR, STUDY, make_moment

HOME = f"/studies/{STUDY}/"


def hire(login: str, role: str, site: str = "") -> str:
    """A new account with that role; gives its id."""
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.values.problem import Problem

    at = make_moment()
    account = create_account(STUDY, NewAccount(login, "", login.title(), "Hospital"), by=COORDINATOR, at=at)
    assert not isinstance(account, Problem), account
    assert grant(STUDY, account.id, role, site, by=COORDINATOR, at=at) is None
    return account.id


def desk(role: str = "coordinator", site: str = "", *, login: str = "") -> Client:
    """A signed-in client of a new account."""
    from trialwright.store.accounts import find_account
    from trialwright.web.entrance.views import BACKEND

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(find_account(hire(login or f"{role}{site}", role, site)), backend=BACKEND)
    return client


def form_address(
    participant: str, visit: str = "W0", form: str = "vitals", repeat: int = 0, name: str = ""
) -> str:
    return f"{HOME}participants/{participant}/visits/{visit}/forms/{form}/{repeat}/{name}"


def posted(command: str = "c1", base: int = 0, **answers: str) -> Mapping[str, str]:
    return {
        "command": command,
        "base": str(base),
        **{name.replace("__", "."): text for name, text in answers.items()},
    }
