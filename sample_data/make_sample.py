"""Makes the synthetic case "Harbour Lodge": its exhibits and the truth about them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from makers import (
    call_records,
    chats,
    hotline,
    lodge_office,
    lodge_records,
    mailbox,
    office_set,
    phone_driver,
    post,
    staffing_office,
    usb_stick,
)
from makers.book import Book
from makers.truth import truth

HERE = Path(__file__).parent


def written_book() -> Book:
    """Every exhibit, made anew; the same bytes each time."""
    book = Book()
    lodge_office.enter_all(book)
    hotline.enter_all(book)
    staffing_office.enter_all(book)
    mailbox.enter_all(book)
    for grown in (chats, phone_driver, call_records, lodge_records, post, office_set, usb_stick):
        grown.enter_all(book)
    book.exhibits.sort(key=lambda exhibit: exhibit.path)
    return book


def main() -> None:
    """Replace `exhibits/` and `truth.json` beside this script."""
    book = written_book()
    shutil.rmtree(HERE / "exhibits", ignore_errors=True)
    book.write(HERE / "exhibits")
    text = json.dumps(truth(book), ensure_ascii=False, indent=1)
    (HERE / "truth.json").write_text(text + "\n", encoding="utf-8")
    size = sum(len(exhibit.data) for exhibit in book.exhibits if not exhibit.parent)
    print(f"{len(book.exhibits)} exhibits, {size / 1e6:.1f} MB, {len(book.identifier_rows())} identifiers")


if __name__ == "__main__":
    main()
