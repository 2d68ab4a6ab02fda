"""E-mail by a server of the sponsor's or the hospital's."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from trialwright.reminders.gateway import Message, Sent
from trialwright.reminders.messages import problem
from trialwright.values.problem import Problem

KIND: Final = "e-mail"
_SECONDS: Final = 20
_PERMANENT: Final = 500  # replies from here on are a no (RFC 5321 4.2.1)


@dataclass(frozen=True, slots=True)
class Smtp:
    """is_tls: from the first byte; otherwise the connection is turned into TLS, unless the server is this machine."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    is_tls: bool = False
    is_local: bool = False

    def send(self, message: Message) -> Sent | Problem:
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return problem("gateway-unreachable", message.id, kind=KIND, why=_why(error))
        try:
            server.sendmail(self.sender, [message.address], self._written(message))
        except smtplib.SMTPRecipientsRefused as refused:
            return _refusal(message, max(code for code, _ in refused.recipients.values()))
        except smtplib.SMTPResponseException as refused:
            return _refusal(message, refused.smtp_code)
        except (OSError, smtplib.SMTPException) as error:  # perhaps after the last byte was there
            return problem("gateway-unsure", message.id, kind=KIND, why=_why(error))
        finally:
            server.close()
        return Sent()

    def _connect(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=trusted)
            if self.is_tls
            else smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        )
        try:
            if not self.is_tls and not self.is_local:
                server.starttls(context=trusted)
            server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _written(self, message: Message) -> bytes:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, message.address, message.subject
        # The same each time it is tried: mail systems drop a second one of that id.
        mail["Message-ID"] = f"<{message.id}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office note comes back
        mail.set_content(message.text, cte="base64")
        return mail.as_bytes()


def _refusal(message: Message, code: int) -> Problem:
    kind = "gateway-refused" if code >= _PERMANENT else "gateway-later"
    return problem(kind, message.id, kind=KIND, why=f"reply {code}")


def _why(error: Exception) -> str:
    """The kind of fault; what the server said may repeat an address."""
    return type(error).__name__
