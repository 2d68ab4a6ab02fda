"""Events of the stream "accounts": who may come in, who did, and what of the data left or was looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignedIn:
    account: str


@dataclass(frozen=True, slots=True)
class SignInFailed:
    account: str


@dataclass(frozen=True, slots=True)
class SignedOut:
    account: str


@dataclass(frozen=True, slots=True)
class AccountCreated:
    """digest: sha256 of the account's row but for its roles, its salted password hash included: it tells no name."""

    account: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """digest: as of AccountCreated, of the row as it is from now on."""

    account: str
    digest: str


@dataclass(frozen=True, slots=True)
class RoleGranted:
    account: str
    role: str
    site: str  # "" for all sites


@dataclass(frozen=True, slots=True)
class DataExported:
    what: str
    as_of: str


@dataclass(frozen=True, slots=True)
class ResultsSeen:
    """Values: reason. Somebody looked at results of efficacy while the study goes on. as_of: UTC of the data cut."""

    as_of: str


AccountBody = (
    SignedIn
    | SignInFailed
    | SignedOut
    | AccountCreated
    | AccountChanged
    | RoleGranted
    | DataExported
    | ResultsSeen
)
