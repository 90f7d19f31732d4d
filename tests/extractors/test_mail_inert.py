"""HTML of mail made inert: whatever a sender put into it, nothing is left that runs, fetches, submits or leads away."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_files import context_of
from selectolax.lexbor import LexborHTMLParser

from evidence.errors import Unreadable
from evidence.locator import RecordPlace
from extractors.mail.inert import inert, markup_of

_PLAIN = {"colspan", "rowspan", "start", "dir", "lang"}
_NEVER = {
    "script", "style", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "select", "textarea", "link",
    "meta", "base", "img", "image", "svg", "math", "a", "area", "map", "video", "audio", "source", "track", "template", "portal",
    "marquee", "details", "dialog",
}  # fmt: skip
HOSTILE = [
    '<script>fetch("http://t.example")</script>',
    "<img src=x onerror=alert(1)>",
    '<img src="http://t.example/pixel.png">',
    '<img srcset="http://t.example/2x.png 2x">',
    '<body background="http://t.example/b.png" onload=alert(1)>hello</body>',
    '<table background="http://t.example/t.png"><tr><td background="http://t.example/c.png">x</td></tr></table>',
    '<div style="background:url(http://t.example/s.png);position:fixed">x</div>',
    "<style>@import 'http://t.example/x.css';</style><link rel=stylesheet href=http://t.example/l.css>",
    '<meta http-equiv="refresh" content="0;url=http://t.example/">',
    '<base href="http://t.example/"><a href="next">on</a>',
    '<a href="javascript:alert(1)">x</a><a href=" java\nscript:alert(1)">y</a><a href="JaVaScRiPt:alert(1)">z</a>',
    '<a href="data:text/html,<script>alert(1)</script>">d</a><a href="vbscript:x">v</a><a href="file:///etc/passwd">f</a>',
    '<a href="https://t.example/" ping="http://t.example/ping" target=_top>out</a>',
    '<form action="http://t.example/"><input name=password type=password><button>Go</button></form>',
    '<iframe src="http://t.example/"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="http://t.example/o.swf"></object><embed src="http://t.example/e.swf"><applet code=x></applet>',
    '<svg onload=alert(1)><script>alert(2)</script><image href="http://t.example/i.png"/><a xlink:href="javascript:x">q</a></svg>',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
    "<video src=http://t.example/v.mp4 autoplay poster=http://t.example/p.png></video><audio src=http://t.example/a.mp3></audio>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<!--[if mso]><script>alert(1)</script><![endif]--><!-- <img src=x> -->",
    '<p title="&lt;script&gt;">a</p><xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>',
    '<details open ontoggle=alert(1)><summary>x</summary></details><dialog open>y</dialog><marquee onstart=alert(1)>z</marquee>',
    '<img alt="&lt;script&gt;alert(1)&lt;/script&gt;" src="cid:1"><a href="https://t.example/&lt;script&gt;">t</a>',
    "<template><script>alert(1)</script></template><textarea><script>alert(1)</script></textarea><title><script>1</script></title>",
]  # fmt: skip


def _assert_inert(made: str) -> None:
    for node in LexborHTMLParser(made).css("*"):
        assert node.tag not in _NEVER, (node.tag, made)
        assert set(node.attributes) <= _PLAIN, (node.attributes, made)
    assert "<!--" not in made


@pytest.mark.parametrize("markup", HOSTILE)
def test_nothing_of_it_survives(markup: str) -> None:
    for given_as in (markup, f"<p>before</p>{markup}<p>after</p>", markup.upper(), markup.replace(" ", "\n/")):
        made = inert(given_as)
        _assert_inert(made)
        assert "javascript:" not in made.lower()


@given(st.lists(st.sampled_from([*HOSTILE, "<", ">", '"', "'", "</", "<p", "&lt;", "\0", "\ud800", "<![CDATA[", "=", "x"]), max_size=8).map("".join))  # fmt: skip
def test_nothing_survives_however_it_is_put_together(markup: str) -> None:
    _assert_inert(inert(markup.replace("\ud800", "\ufffd")))


def test_where_a_link_leads_and_what_a_picture_was_stand_there_as_text() -> None:
    made = inert(
        '<a href="https://a.example/offer?x=1&amp;y=2">the offer</a> <a href="mailto:dee@x.org">dee@x.org</a>'
        '<img alt="our logo" src="https://a.example/l.png"><img src="cid:4"><a href="javascript:go()">go</a>'
    )
    assert "the offer [link: https://a.example/offer?x=1&amp;y=2]" in made
    assert "dee@x.org [link" not in made
    assert "[picture our logo: https://a.example/l.png]" in made
    assert "[picture: enclosed]" in made
    assert "go [link: a javascript address of 15 characters, not shown]" in made


def test_what_styles_hide_is_seen_and_the_layout_stays() -> None:
    made = inert(
        '<p style="display:none;color:#fff">hidden words</p><table><tr><td colspan="2">a</td></tr></table><ol start=3><li>b</ol>'
    )
    assert "<p>hidden words</p>" in made
    assert '<td colspan="2">a</td>' in made
    assert '<ol start="3">' in made


def test_markup_without_end_is_text() -> None:
    made = inert("<div>" * 5_000 + "deep <script>x</script>")
    assert made.startswith("<pre>")
    assert "deep" in made
    _assert_inert(made)


def test_the_markup_of_a_message_is_found_at_its_place(tmp_path: Path) -> None:
    eml = tmp_path / "one.eml"
    message = (
        b"From: a@x.org\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>caf\xc3\xa9 <b onclick=x>bold</b></p>\r\n"
    )
    eml.write_bytes(message)
    place = RecordPlace(record=1, field="headers", offset=0, length=len(message))
    (made,) = markup_of(eml, place=place, media_type="message/rfc822", context=context_of(tmp_path))
    assert "<p>café <b>bold</b></p>" in made
    mbox = tmp_path / "in.mbox"
    mbox.write_bytes(b"From a@x.org Mon Mar  2 10:00:00 2026\n" + message + b"\n")
    there = RecordPlace(record=1, field="body", offset=38, length=len(message))
    assert markup_of(mbox, place=there, media_type="application/mbox", context=context_of(tmp_path)) == (made,)


def test_a_message_without_html_has_none_and_another_format_says_so(tmp_path: Path) -> None:
    eml = tmp_path / "one.eml"
    eml.write_bytes(b"From: a@x.org\r\n\r\nplain\r\n")
    place = RecordPlace(record=1, field="body", offset=0, length=24)
    assert markup_of(eml, place=place, media_type="message/rfc822", context=context_of(tmp_path)) == ()
    with pytest.raises(Unreadable):
        markup_of(eml, place=place, media_type="text/calendar", context=context_of(tmp_path))
