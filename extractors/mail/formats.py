"""What is kept of mail, calendars and contacts."""

from __future__ import annotations

from typing import Final

from extractors.protocols import Format

_KEPT: Final = (
    "headers, what the sender wrote, what was quoted from earlier messages (apart), links; sender, recipients, time sent,"
    " thread; attachments as exhibits of their own"
)
_ENCRYPTED: Final = "what is encrypted (PGP, S/MIME), and said so"

MAIL: Final = (
    Format(
        media_type="message/rfc822",
        title="email (eml)",
        reader="email",
        unit="message",
        recognised="a block of RFC 5322 headers",
        kept=_KEPT,
        place="message, field, bytes of the message",
        left_out=_ENCRYPTED,
    ),
    Format(
        media_type="application/x-emlx",
        title="Apple Mail message (emlx)",
        reader="email",
        unit="message",
        recognised="a first line that is a length, RFC 5322 headers, a property list after them",
        kept=_KEPT + "; flags (read, answered, deleted …) and when it was received",
        place="message, field, bytes of the message",
        left_out=_ENCRYPTED + "; attachments that Apple Mail keeps in folders beside a partial.emlx",
    ),
    Format(
        media_type="application/mbox",
        title="mailbox (mbox)",
        reader="mbox",
        unit="message",
        recognised="`From ` lines with header fields below them",
        kept=_KEPT,
        place="message number, Message-ID, field, bytes of the message in the mailbox",
        left_out=_ENCRYPTED,
    ),
    Format(
        media_type="application/vnd.ms-outlook",
        title="Outlook message (msg)",
        reader="outlook",
        unit="message",
        recognised="OLE compound file with property streams",
        kept=_KEPT + "; enclosed messages; recipients by name where they have no address",
        place="message, field",
        left_out=_ENCRYPTED + "; layout of RTF",
    ),
    Format(
        media_type="application/vnd.ms-outlook-pst",
        title="Outlook store (pst, ost)",
        reader="store",
        unit="message",
        recognised="signature `!BDN`",
        kept=_KEPT + "; the folder; deleted items that the store still lists",
        place="message number, folder, item identifier",
        left_out=_ENCRYPTED + "; contacts' and calendar items' own fields beyond their text",
        needs="the extra `pst` (libpff-python); without it these are skipped",
    ),
    Format(
        media_type="application/ms-tnef",
        title="winmail.dat (TNEF)",
        reader="tnef",
        unit="message",
        recognised="signature 78 9F 3E 22",
        kept="text, attachments as exhibits of their own",
        place="message, field",
        left_out="layout of RTF, calendar properties",
        needs="the extra `tnef` (tnefparse); without it these are skipped",
    ),
    Format(
        media_type="text/calendar",
        title="calendar (iCalendar)",
        reader="calendar",
        unit="file",
        recognised="BEGIN:VCALENDAR",
        kept="appointments with their times in the zones stated, organiser and attendees, place, text, the rule of repetition as written",
        place="appointment, UID, bytes of it in the file",
        left_out="single occurrences of what repeats, alarms",
    ),
    Format(
        media_type="text/vcard",
        title="contacts (vCard)",
        reader="contacts",
        unit="file",
        recognised="BEGIN:VCARD",
        kept="accounts and the name shown for each; organisation, address, notes; pictures as exhibits of their own",
        place="contact, UID, bytes of it in the file",
    ),
)
