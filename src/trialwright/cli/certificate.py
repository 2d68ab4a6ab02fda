"""The certificate of `serve --tls`: files that the person gives, or one that is made and kept in the data folder.

What is made is two certificates. Phones trust the first, the folder's own authority, once; it may speak for the names of
this server and for nothing else. The second, the server's, is signed by it and renewed without anybody noticing.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificatePublicKeyTypes,
    PrivateKeyTypes,
    PublicKeyTypes,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trialwright.cli.output import UserError, why

FOLDER = "tls"  # in the data folder
SERVER_DAYS = 398  # browsers refuse a server's certificate that is valid longer (CA/Browser Forum, 6.3.2)
RENEWED_DAYS = 30  # before its end
AUTHORITY_DAYS = 10 * 365

Address = IPv4Address | IPv6Address
Name = str | Address


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files for the server. authority: the file that browsers are to trust, None of a certificate that was given.
    unnamed: names that the server answers to and the certificate does not tell."""

    certificate: Path
    key: Path
    last_day: datetime
    authority: Path | None = None
    unnamed: tuple[str, ...] = ()


def names_of(hosts: Iterable[str]) -> tuple[Name, ...]:
    """Names and addresses that a certificate tells, this machine's last. "*" is no name; ".a.org" is a.org and all below.

    >>> [str(name) for name in names_of(["diary.a.org", "[::1]"])]
    ['diary.a.org', '::1', 'localhost', '127.0.0.1']
    """
    found: dict[Name, None] = {}
    for host in [*hosts, "localhost", "127.0.0.1", "::1"]:
        bare = host.strip("[]").strip().lower()
        if bare.startswith("."):
            found |= {bare[1:]: None, f"*{bare}": None}
        elif bare and bare != "*":
            found[_name(bare)] = None
    return tuple(found)


def _name(text: str) -> Name:
    try:
        return ip_address(text)
    except ValueError:
        pass
    try:
        return text.encode("idna").decode("ascii")
    except UnicodeError:
        raise UserError(f"“{text}” in TRIALWRIGHT_HOSTS is no name of a host.") from None


# ------------------------------------------------------------------ given


def given_certificate(certificate: Path, key: Path, hosts: Iterable[str], *, at: datetime) -> Certificate:
    """Files of the person, looked at before the server is started with them."""
    first = _read_certificate(certificate)
    private = _read_key(key)
    if _public(private.public_key()) != _public(first.public_key()):
        raise UserError(f"{key} is not the key of {certificate}: name the two files that were made together.")
    if first.not_valid_after_utc < at:
        raise UserError(
            f"{certificate} is valid no longer, since {_day(first.not_valid_after_utc)}; renew it."
        )
    if first.not_valid_before_utc > at:
        begin = _day(first.not_valid_before_utc)
        raise UserError(f"{certificate} is valid only from {begin} on; is the clock of this machine right?")
    told = _told_by(first)
    unnamed = tuple(host for host in hosts if host != "*" and not _is_told(names_of([host])[0], told))
    return Certificate(certificate.absolute(), key.absolute(), first.not_valid_after_utc, unnamed=unnamed)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"The file cannot be read: {why(error)}") from error


def _read_certificate(path: Path) -> x509.Certificate:
    """The server's own; those that signed it may follow in the file."""
    content = _read(path)
    try:
        return x509.load_pem_x509_certificates(content)[0]
    except ValueError as error:
        raise UserError(f"{path} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).") from error


def _read_key(path: Path) -> PrivateKeyTypes:
    content = _read(path)
    try:
        return serialization.load_pem_private_key(content, password=None)
    except TypeError as error:
        raise UserError(
            f"{path} has a password, and a server starts alone: give a key without one."
        ) from error
    except ValueError as error:
        raise UserError(f"{path} holds no private key in PEM form (-----BEGIN PRIVATE KEY-----).") from error


def _public(key: PublicKeyTypes | CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _told_by(certificate: x509.Certificate) -> set[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    addresses = names.get_values_for_type(x509.IPAddress)
    return {*names.get_values_for_type(x509.DNSName), *(str(address) for address in addresses)}


def _is_told(name: Name, told: set[str]) -> bool:
    return str(name) in told or f"*.{str(name).partition('.')[2]}" in told


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


# ------------------------------------------------------------------ made


def made_certificate(data: Path, hosts: Iterable[str], *, at: datetime) -> Certificate:
    """The data folder's own; made where there is none, anew for other names and a month before its end.

    Raises UserError where the folder cannot be written.
    """
    names = names_of(hosts)
    folder = data.absolute() / FOLDER
    authority, server = folder / "authority.pem", folder / "server.pem"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if not _is_good(authority, names, at + timedelta(days=SERVER_DAYS)):
            _make_authority(authority, names, at=at)
            server.unlink(missing_ok=True)
        if not _is_good(server, names, at + timedelta(days=RENEWED_DAYS)):
            _make_server(server, authority, names, at=at)
        last_day = _read_certificate(server).not_valid_after_utc
    except OSError as error:
        raise UserError(f"The certificate cannot be kept: {why(error)}") from error
    return Certificate(server, server.with_suffix(".key"), last_day, authority)


def _is_good(path: Path, names: tuple[Name, ...], until: datetime) -> bool:
    """Whether it is there with its key, is for just these names, and valid until then."""
    if not path.exists() or not path.with_suffix(".key").exists():
        return False
    certificate = _read_certificate(path)
    return certificate.not_valid_after_utc > until and _told_by(certificate) == {str(name) for name in names}


def _make_authority(path: Path, names: tuple[Name, ...], *, at: datetime) -> None:
    """Whoever trusts it trusts it for these names only: a key that gets lost opens no other site."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(f"Trialwright at {names[0]}")
    permitted = [_permitted(name) for name in names]
    usage = _usage(signs_certificates=True)
    builder = (
        _builder(names, subject, key, at=at, days=AUTHORITY_DAYS)
        .issuer_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
    )
    _write(path, [builder.sign(key, hashes.SHA256())], key)


def _make_server(path: Path, authority: Path, names: tuple[Name, ...], *, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signer, signing_key = _read_certificate(authority), _read_key(authority.with_suffix(".key"))
    assert isinstance(signing_key, ec.EllipticCurvePrivateKey)  # as it was made
    builder = (
        _builder(names, _subject(str(names[0])), key, at=at, days=SERVER_DAYS)
        .issuer_name(signer.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
        )
    )
    _write(path, [builder.sign(signing_key, hashes.SHA256()), signer], key)


def _builder(
    names: tuple[Name, ...],
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    at: datetime,
    days: int,
) -> x509.CertificateBuilder:
    """A day earlier than now: clocks of phones are off."""
    told = [x509.DNSName(name) if isinstance(name, str) else x509.IPAddress(name) for name in names]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=days - 1))
        .add_extension(x509.SubjectAlternativeName(told), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])  # no more fits (RFC 5280, A.1)


def _permitted(name: Name) -> x509.GeneralName:
    if isinstance(name, str):
        return x509.DNSName(name.removeprefix("*."))
    return x509.IPAddress(ip_network(name))


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, chain: list[x509.Certificate], key: ec.EllipticCurvePrivateKey) -> None:
    """The key first: a certificate that is there has its key."""
    told = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _replace(path.with_suffix(".key"), told, 0o600)
    _replace(path, b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain), 0o644)


def _replace(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable to others meanwhile."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    part.replace(path)
