"""Who takes part, as a Cellebrite report says it: parties with an identifier, a name, a role, and whose phone it is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from extractors.accounts import USER_OF_DEVICE, Account, Entry, account, named_account
from extractors.phone.making import fact
from extractors.phone.report_model import Model

_BY_TYPE: Final = {"SMS": "sms", "MMS": "sms", "Call": "phone", "Email": "email", "Contact": "contacts"}
_NOBODY: Final = frozenset(("system message", "system", "unknown", ""))
_OWNER: Final = "the report calls it the phone's owner"


class Party(NamedTuple):
    """One side: the account that its identifier gives, the name shown, and whether the report calls it the owner."""

    account: Account | None
    name: str
    role: str
    owner: bool
    admin: bool = False

    @property
    def shown(self) -> str:
        """How people would call it."""
        return self.name or (self.account.value if self.account is not None else "")

    def parties(self, role: str) -> list[tuple[str, str, str]]:
        """Return it as parties of an event: an owner as whoever used the device, and by the account the record gives."""
        made = [USER_OF_DEVICE.party(role)] if self.owner else []
        return made + ([self.account.party(role)] if self.account is not None else [])

    def entry(self, note: str = "") -> Entry:
        """Return it as a line of a roster."""
        notes = (note, "admin" if self.admin else "", _OWNER if self.owner else "")
        return Entry(self.account, self.name, ", ".join(said for said in notes if said))


def service_of(model: Model, default: str = "") -> str:
    """Return the service that a model says it comes from, in lower case (`whatsapp`)."""
    said = fact(model.text("Source", "SourceApplication", "ServiceType", "ServiceName")).lower()
    return said or default or _BY_TYPE.get(model.type, "app")


def party_of(model: Model, service: str, region: str) -> Party | None:
    """Return a Party model; None for the service's own voice and where it says nothing."""
    identifier, name = model.text("Identifier", "Id"), fact(model.text("Name"))
    owner = model.said("IsPhoneOwner")
    if identifier.strip().lower() in _NOBODY and name.lower() in _NOBODY and not owner:
        return None
    who = None if identifier.strip().lower() in _NOBODY else _account(fact(identifier), service, region)
    return Party(who, name, model.text("Role").lower(), owner, model.said("IsGroupAdmin"))


@lru_cache(maxsize=4096)
def _account(identifier: str, service: str, region: str) -> Account | None:
    """Return the account of an identifier; the same few write most messages of a phone."""
    return account(identifier, service=service, region=region)


def parties_of(models: Iterable[Model], service: str, region: str) -> list[Party]:
    """Return those of `models` that are somebody."""
    return [party for model in models if (party := party_of(model, service, region)) is not None]


def entry_account(model: Model, service: str, region: str) -> Account | None:
    """Return the account in an entry of a contact: a number, an address, or a user id of the service."""
    value = fact(model.text("Value", "Identifier"))
    if not value:
        return None
    if model.type == "UserID" and "@" not in value:
        return named_account(value, service=service)
    return account(value, service=service, region=region)


class Seen:
    """The parties of a run of records, once each, for the roster at its end."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, str], Entry] = {}

    def add(self, parties: Iterable[Party]) -> None:
        """Note who took part."""
        for party in parties:
            entry = party.entry()
            kind, value = (entry.account.kind, entry.account.value) if entry.account is not None else ("", "")
            self._entries.setdefault((kind, value, entry.name), entry)

    @property
    def entries(self) -> list[Entry]:
        """All of them, in the order in which they came."""
        return list(self._entries.values())
