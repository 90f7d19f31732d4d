"""What `make demo` does: ingest the sample, tour its discoveries, and write a summary from a scripted review."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCRIPT = "demo script (not a person)"
TEMPLATES = {
    "estuary-calls": "the operator's covering letter (fictional)",
    "estuary-cells": "the operator's covering letter (fictional)",
    "lodge-register": "Denise Aldous, who keeps the register (fictional)",
    "coach-bookings": "the headings speak for themselves",
    "bank-rows": "the bank's guide to its statements (fictional)",
}
"""What the columns of the tables mean, and who says so."""
NUMBER, GUEST, PAYER = "+442079460142", "+442079460151", "IE29AIBK93115212345678"
ACCOUNT = "demo"
ROLES = ("ingest", "analyse", "review", "disclose", "audit")
TRUTH = json.loads((HERE / "truth.json").read_text(encoding="utf-8"))


def casegraph(*words: str | Path, shown: bool = False, typed: str | None = None) -> str:
    """Run the command line as a user would, who may have typed something; returns what it printed. Ends the demo where it fails."""
    command = [sys.executable, "-m", "workbench", *map(str, words)]
    kept = None if shown else subprocess.PIPE
    done = subprocess.run(command, stdout=kept, stderr=kept, text=True, check=False, input=typed)
    if done.returncode:
        print(done.stdout or "", done.stderr or "", file=sys.stderr)
        sys.exit(f"`casegraph {' '.join(map(str, words))}` ended with {done.returncode}")
    return done.stdout or ""


def asked(*words: str | Path) -> Any:
    """Run a command with --json and return its facts."""
    return json.loads(casegraph(*words, "--json"))


def ingest(case: Path) -> None:
    """Make the case of the sample, as the README shows it."""
    shutil.rmtree(case, ignore_errors=True)
    case.parent.mkdir(parents=True, exist_ok=True)
    casegraph("new", case, "--title", "Harbour Lodge", "--authority", HERE / "authority.toml", shown=True)
    for name, source in TEMPLATES.items():
        casegraph("template", "add", case, HERE / "templates" / f"{name}.toml", "--source", source)
    print(f"{len(TEMPLATES)} column templates put on record: casegraph template list {case}")
    words = ("ingest", case, HERE / "exhibits", "--languages", "en,ro", "--custodian", "Harbour Lodge")
    casegraph(*words, "--passwords", HERE / "passwords.txt", shown=True)


class Tour:
    """The sample's discoveries, each asked of the case just made."""

    def __init__(self, case: Path) -> None:
        self.case = case
        self.status = asked("status", case)
        self.names = {one["number"]: one["name"] for one in self.status["exhibits"]}

    def places(self, kind: str, value: str) -> str:
        """Return the exhibits in which a value stands, with those that wait for a person marked."""
        found = next((one for one in asked("entities", self.case, "--kind", kind) if one["value"] == value), None)
        if found is None:
            return "not found"
        waiting = set(found["exhibits"]) - set(found["joined_exhibits"])
        return ", ".join(
            f"{number}{'*' if number in waiting else ''} {self.short(number)}" for number in found["exhibits"]
        )

    def short(self, number: str) -> str:
        """Return a file name without its folders."""
        return str(self.names[number].rpartition("/")[2])

    def number(self, name: str) -> str:
        """Return the exhibit number of a file of the sample."""
        return str(next(number for number, held in self.names.items() if held == name))

    def calls(self) -> str:
        """Return who calls in the operator's records, and how one sees it."""
        records = self.number("operator/cdr-020-7946-0142.csv")
        asks = f"casegraph rows {self.case} {records} --where 'A-number=020 7946 0142'"
        fitting = asked("rows", self.case, records, "--where", "A-number=020 7946 0142")["fitting"]
        return f"{fitting} calls and texts in {records} are from the number on the form: {asks}"

    def night(self) -> str:
        """Return what the register and the telephones say of one night."""
        night = "2026-02-20"
        stays = asked("events", self.case, "--kind", "stay", "--limit", "0")
        asleep = [one for one in stays if one["time_local"][:10] <= night < one["until_local"][:10]]
        hours = ("--since", f"{night}T20:00:00Z", "--until", "2026-02-21T04:00:00Z")
        told = asked("events", self.case, *hours, "--limit", "0")
        said = [one for one in told if one["kind"] in ("message", "call")]
        where = ", ".join(dict.fromkeys(f"{one['exhibit']} {self.short(one['exhibit'])}" for one in said))
        return (
            f"{len(asleep)} guests asleep by {self.number('lodge-records/register-2026.xlsx')}; {len(said)} messages and calls "
            f"say where they were ({where}): casegraph events {self.case} {' '.join(hours)}"
        )

    def hits(self, query: str) -> str:
        """Return the places a search finds."""
        found = asked("search", self.case, query)
        return ", ".join(f"{hit['exhibit']} {self.short(hit['exhibit'])} ({hit['strip']['place']})" for hit in found)

    def lines(self) -> list[str]:
        """Return the lines: what joining the media reveals, what stays apart, what could not be read."""
        phone, taxi = NUMBER, "+442079460143"
        unread = [
            f"{one['number']} {self.short(one['number'])} {one['outcome']}"
            for one in self.status["exhibits"]
            if one["outcome"] != "read"
        ]
        letter = next(number for number, name in self.names.items() if name.endswith("letter-of-advice.pdf"))
        return [
            f"One number, {phone}, on paper, in speech, in mail, chats and records: {self.places('phone', phone)}",
            f"The payslip's account is the invoice's: {self.places('iban', 'GB82WEST12345698765432')}",
            f"Who offers the work books the rooms: {self.places('email', 'bookings@northquay.example')}",
            f"One van: {self.places('plate', 'LB07SEE')}",
            f"What undermines the porter's log, `search gearbox`: {self.hits('gearbox')}",
            f"Stays apart, one digit off: {taxi}: {self.places('phone', taxi)}",
            f"Namesakes, `search Varga`, never joined by machine: {self.hits('Varga')}",
            f"A note in Romanian, `search Pașaportul`: {self.hits('Pașaportul')}",
            f"Who calls: {self.calls()}",
            f"A voice note's sender is a guest, {GUEST}: {self.places('phone', GUEST)}",
            f"One account pays the rooms and the wages, {PAYER}: {self.places('iban', PAYER)}",
            f"The night of 20 February 2026 is told in two ways: {self.night()}",
            f"Struck from a letter, `search debt`: {self.hits('debt')}",
            f"Not read, and said so: {', '.join(unread)}",
            f'To be sealed: casegraph seal {self.case} {letter} --kind privileged --reason "solicitor\'s letter"',
        ]


class Review:
    """A scripted review of a copy of the case, so that there is a summary to look at. No person took part."""

    def __init__(self, case: Path) -> None:
        self.case = case
        self.numbers = {one["name"]: one["number"] for one in asked("status", case)["exhibits"]}

    def act(self, *words: str) -> None:
        """Record one act as the script."""
        casegraph(words[0], self.case, *words[1:], "--as", SCRIPT)

    def number(self, name: str) -> str:
        """Return the exhibit number of a file of the sample."""
        return str(self.numbers[name])

    def seal(self) -> None:
        """Seal the solicitor's letter."""
        letter = self.number(TRUTH["sealed"]["path"])
        self.act("seal", letter, "--kind", "privileged", "--reason", "letter from a solicitor to their client")

    def confirm(self, kind: str, value: str) -> None:
        """Confirm every reading of a value, as a reviewer would after looking at each."""
        for one in asked("show", self.case, f"{kind}:{value}")["mentions"]:
            self.act("decide", one["id"], "confirm", "--reason", "compared with the source by the demo script")

    def segments(self, name: str, words: str) -> list[str]:
        """Return the segments of an exhibit that hold some words."""
        found = asked("search", self.case, f'exhibit:{self.number(name)} AND "{words}"')
        return [str(hit["segment"]) for hit in found]

    def finding(self, sentence: str, tags: list[tuple[str, str, str, str]]) -> None:
        """Write a finding and tag the segments that support or undermine it."""
        made = json.loads(casegraph("finding", self.case, "new", sentence, "--as", SCRIPT, "--json"))
        finding = made["done"].split()[0]
        for name, words, tag, why in tags:
            for segment in self.segments(name, words)[:1]:
                self.act("tag", segment, tag, "--finding", finding, "--reason", why)

    def run(self) -> None:
        """Seal, confirm, write two findings with what supports and undermines them."""
        self.seal()
        self.confirm("phone", NUMBER)
        self.confirm("iban", "GB82WEST12345698765432")
        self.confirm("plate", "LB07SEE")
        self.finding(
            "The telephone number on an unnamed registration form at Harbour Lodge is the one spoken in the hotline "
            "call and printed in the agency's email signature.",
            [
                ("lodge-office/registration-form.pdf", "7946 0142", "supports", "the number on the form"),
                ("phone-hotline/hotline-call.wav", "zero one four two", "supports", "the number as spoken"),
                ("mailbox/booking-reply.eml", "7946 0142", "supports", "the number in the signature"),
            ],
        )
        self.finding(
            TRUTH["findings"][0]["sentence"],
            [
                ("lodge-office/night-log.txt", "back door", "supports", "the porter's entry for that night"),
                ("mailbox/gate-log.eml", "gearbox", "undermines", "the garage had the van that night"),
                ("phone-hotline/voicemail-driver.m4a", "workshop", "undermines", "the driver says the van was away"),
            ],
        )


def let_in(case: Path) -> str:
    """Add an account with every role to the sample case; returns its password, which is printed once and kept nowhere."""
    password = secrets.token_urlsafe(12)
    roles = [word for role in ROLES for word in ("--role", role)]
    casegraph("user", "add", case, ACCOUNT, *roles, "--password-stdin", typed=f"{password}\n")
    return password


def main(build: Path) -> None:
    """Make the demo below `build`."""
    case, reviewed, summary = build / "demo", build / "demo-reviewed", build / "demo-summary"
    ingest(case)
    tour = Tour(case)
    print("\nWhat joining the media reveals (* waits for a person to confirm the reading):\n")
    for number, line in enumerate(tour.lines(), start=1):
        print(f"{number:>3}. {line}")
    for stale in (reviewed, summary):
        shutil.rmtree(stale, ignore_errors=True)
    shutil.copytree(case, reviewed)
    Review(reviewed).run()
    reason = "to show what a summary looks like"
    words = ("export", reviewed, "summary", "--out", summary, "--to", "Readers of the demo", "--reason", reason)
    casegraph(*words, "--as", SCRIPT)
    print(f"\nThe case:     {case}   (try: .venv/bin/casegraph status {case})")
    print(f"The summary:  {summary / 'summary.pdf'}   (from {reviewed}, reviewed by a script, not by a person)")
    print(f"Check it:     python3 {summary / 'verify.py'}")
    password = let_in(case)
    print(f"\nOpen the workbench:  .venv/bin/casegraph serve {case}")
    print(f"then http://localhost:8765/ in a browser; name: {ACCOUNT}, password (shown this once): {password}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build"))
