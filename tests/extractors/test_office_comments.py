"""Comments in the newer forms of Excel and PowerPoint, and the threads and accounts of Word: written by hand from their schemas."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

from office_files import altered, document, presentation, read, segments, texts, workbook

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MICROSOFT = "http://schemas.microsoft.com/office"


def _related(kind: str, target: str, identity: str) -> tuple[str, str]:
    return "</Relationships>", f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"/></Relationships>'


def test_threaded_comments_of_a_workbook_answer_each_other(tmp_path: Path) -> None:
    threads = (
        '<ThreadedComments xmlns="x"><threadedComment ref="B2" dT="2026-03-02T10:00:00.00" personId="{P}" id="{1}">'
        '<text>who paid?</text></threadedComment><threadedComment ref="B2" dT="2026-03-02T11:00:00.00" personId="{P}" id="{2}" '
        'parentId="{1}"><text>Dee did</text></threadedComment></ThreadedComments>'
    )
    persons = '<personList xmlns="x"><person displayName="J. Marsh" id="{P}" userId="j@example.org" providerId="AD"/></personList>'
    changes = {
        "xl/worksheets/_rels/sheet1.xml.rels": _related(
            f"{_MICROSOFT}/2017/10/relationships/threadedComment", "../threadedComments/tc1.xml", "rId70"
        ),
        "xl/_rels/workbook.xml.rels": _related(
            f"{_MICROSOFT}/2017/10/relationships/person", "persons/person.xml", "rId71"
        ),
    }
    added = {"xl/threadedComments/tc1.xml": threads, "xl/persons/person.xml": persons}
    reading = read(tmp_path, altered(workbook(), changes, **added))
    assert texts(reading, "comment") == ["who paid?", "Dee did"]  # the copy for older programs is not read twice
    first, second = [event for event in reading.events if event.description.startswith("comment by J. Marsh")]
    assert (first.key, second.reply_to, second.time_local, second.time_utc) == ("{1}", "{1}", "2026-03-02T11:00:00", "")
    assert "J. Marsh AD j@example.org" in texts(reading, "people of comments and changes")


def test_comments_on_a_slide_in_both_forms(tmp_path: Path) -> None:
    old = '<p:cmLst xmlns:p="x"><p:cm authorId="0" dt="2026-03-02T10:00:00.000" idx="1"><p:text>too dark</p:text></p:cm></p:cmLst>'
    new = (
        '<p188:cmLst xmlns:p188="y" xmlns:a="z"><p188:cm id="{C}" authorId="{A}" created="2026-03-02T12:00:00.000"><p188:replyLst>'
        '<p188:reply id="{R}" authorId="{A}" created="2026-03-02T13:00:00.000"><p188:txBody><a:p><a:r><a:t>done</a:t></a:r></a:p>'
        "</p188:txBody></p188:reply></p188:replyLst><p188:txBody><a:p><a:r><a:t>change it</a:t></a:r></a:p></p188:txBody></p188:cm>"
        "</p188:cmLst>"
    )
    authors = '<p:cmAuthorLst xmlns:p="x"><p:cmAuthor id="0" name="J. Marsh" initials="J"/></p:cmAuthorLst>'
    modern = '<p188:authorLst xmlns:p188="y"><p188:author id="{A}" name="Mara Quill" userId="mara@example.org"/></p188:authorLst>'
    ends, one = _related(f"{_TYPES}/comments", "../comments/comment1.xml", "rId80")
    _, two = _related(f"{_MICROSOFT}/2018/10/relationships/comments", "../comments/modern1.xml", "rId81")
    _, three = _related(f"{_TYPES}/commentAuthors", "commentAuthors.xml", "rId82")
    _, four = _related(f"{_MICROSOFT}/2018/10/relationships/authors", "authors.xml", "rId83")
    changes = {
        "ppt/slides/_rels/slide1.xml.rels": (ends, one.removesuffix(ends) + two),
        "ppt/_rels/presentation.xml.rels": (ends, three.removesuffix(ends) + four),
    }
    added = {
        "ppt/comments/comment1.xml": old, "ppt/comments/modern1.xml": new, "ppt/commentAuthors.xml": authors,
        "ppt/authors.xml": modern,
    }  # fmt: skip
    reading = read(tmp_path, altered(presentation(), changes, **added))
    said = {
        segment.text: segment.speaker
        for segment in segments(reading)
        if getattr(segment.place, "field", "") == "comment"
    }
    assert said == {
        "too dark": "J. Marsh",
        "change it": "Mara Quill (mara@example.org)",
        "done": "Mara Quill (mara@example.org)",
    }
    (reply,) = [event for event in reading.events if event.reply_to]
    assert (reply.key, reply.reply_to, reply.time_local) == ("{R}", "{C}", "2026-03-02T13:00:00")


def test_resolved_answers_exact_times_and_accounts_of_words_comments(tmp_path: Path) -> None:
    data = document()
    with zipfile.ZipFile(BytesIO(data)) as source:
        comments = source.read("word/comments.xml").decode()
    at = next(found.start() for found in re.finditer("<w:p[ >]", comments))
    tag = comments[at : comments.index(">", at) + 1]
    marked = tag[:-1] + ' xmlns:w14="m" w14:paraId="0A">'
    relations = [
        _related(f"{_MICROSOFT}/2011/relationships/commentsExtended", "commentsExtended.xml", "rId91")[1],
        _related(f"{_MICROSOFT}/2016/09/relationships/commentsIds", "commentsIds.xml", "rId92")[1],
        _related(f"{_MICROSOFT}/2018/08/relationships/commentsExtensible", "commentsExtensible.xml", "rId93")[1],
        _related(f"{_MICROSOFT}/2011/relationships/people", "people.xml", "rId94")[1],
    ]
    ends = "</Relationships>"
    changes = {
        "word/comments.xml": (tag, marked),
        "word/_rels/document.xml.rels": (ends, "".join(one.removesuffix(ends) for one in relations) + ends),
    }
    added = {
        "word/commentsExtended.xml": '<w15:commentsEx xmlns:w15="a"><w15:commentEx w15:paraId="0A" w15:done="1"/></w15:commentsEx>',
        "word/commentsIds.xml": '<w16:commentsIds xmlns:w16="b"><w16:commentId w16:paraId="0A" w16:durableId="77"/></w16:commentsIds>',
        "word/commentsExtensible.xml": '<c:commentsExtensible xmlns:c="c"><c:commentExtensible c:durableId="77" '
        'c:dateUtc="2026-03-02T08:30:00Z"/></c:commentsExtensible>',
        "word/people.xml": '<w15:people xmlns:w15="a"><w15:person w15:author="J. Marsh"><w15:presenceInfo w15:providerId="AD" '
        'w15:userId="S::j.marsh@example.org::1"/></w15:person></w15:people>',
    }
    reading = read(tmp_path, altered(data, changes, **added))
    (comment,) = [event for event in reading.events if event.description.startswith("comment by")]
    assert (comment.time_utc, comment.state, comment.facts["about"]) == (
        "2026-03-02T08:30:00Z",
        "resolved",
        "Lantern Trade Ltd",
    )
    assert texts(reading, "people of comments and changes") == ["J. Marsh AD S::j.marsh@example.org::1"]


def _events_of_comments(tmp_path: Path, data: bytes) -> list[tuple[str, str]]:
    events = read(tmp_path, data).events
    return [(one.key, one.reply_to) for one in events if one.description.startswith("comment by")]


def test_a_comment_of_an_older_word_without_paragraph_ids_answers_nothing(tmp_path: Path) -> None:
    assert _events_of_comments(tmp_path, document()) == [("comment 0", "")]


def test_an_answer_that_stands_before_its_comment_is_joined_to_it_and_none_to_itself(tmp_path: Path) -> None:
    said = (
        '<w:comment w:id="{}" w:author="J. Marsh" w:date="2026-03-02T10:00:00Z"><w:p w14:paraId="0{}"><w:r><w:t>{}</w:t></w:r></w:p>'
        "</w:comment>"
    )
    comments = "".join(said.format(*one) for one in ((1, "B", "no"), (2, "A", "in cash?"), (3, "C", "why?")))
    threads = (
        '<w15:commentsEx xmlns:w15="a"><w15:commentEx w15:paraId="0B" w15:paraIdParent="0A"/>'
        '<w15:commentEx w15:paraId="0C" w15:paraIdParent="0C"/></w15:commentsEx>'
    )
    relation = _related(f"{_MICROSOFT}/2011/relationships/commentsExtended", "commentsExtended.xml", "rId91")
    made = altered(
        document(),
        {"word/_rels/document.xml.rels": relation},
        **{"word/commentsExtended.xml": threads},
    )
    whole = f'<w:comments xmlns:w="w" xmlns:w14="m">{comments}</w:comments>'
    assert _events_of_comments(tmp_path, _with_part(made, "word/comments.xml", whole)) == [
        ("comment 1", "comment 2"),
        ("comment 2", ""),
        ("comment 3", ""),
    ]


def _with_part(data: bytes, name: str, content: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as source:
        old = source.read(name).decode()
    return altered(data, {name: (old, content)})
