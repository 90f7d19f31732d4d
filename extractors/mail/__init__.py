"""Mail: messages alone and in mailboxes, what Outlook keeps, calendars and contacts.

| module | what it holds |
|---|---|
| `mime` | a message's bytes taken apart |
| `headers` | names, addresses, dates and ids in headers |
| `letter` | what any mail format gives, and the unit, event and children made of it |
| `eml` | from MIME parts to a letter |
| `mailbox` | many messages in one file (mbox) |
| `compound`, `outlook`, `store` | Outlook's message files, and its stores |
| `tnef` | winmail.dat |
| `dates`, `cards` | calendars and contacts |
"""
