"""Plain text of whatever markup, in time that grows with its length."""

import time
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.parsing.plain_text import (
    MAX_TEXT,
    MAX_TITLE,
    absolute_link,
    is_made_of,
    plain_text,
    plain_title,
)

BASE = "https://courier.example/feeds/all"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a < b and c > d", "a < b and c > d"),
        ("<Foo> writes to <foo@bar.example>", "<Foo> writes to <foo@bar.example>"),
        ("<p>One</p><p>two<br/>three</p>", "One\ntwo\nthree"),
        ("<td>a</td><td>b</td>", "a b"),
        ("in<b>ter</b>rupted", "interrupted"),
        ("<SCRIPT>x < 1</SCRIPT>seen<style>p</style>", "seen"),
        ("seen<script>to the end", "seen"),
        ("a<svg>b", "a b"),
        ("<!-- a --> b <!-- c", "b"),
        ("<p title=\"a < b\" data-x='<p>c</p>'>d</p>", "d"),
        ('<img src="data:image/png;base64,' + "A" * 50_000 + '">seen', "seen"),
        ("&amp;lt;b&amp;gt; &nbsp; &eacute; &#233; &#x41;", "&lt;b&gt; é é A"),
        ("a&#0;b&#xD800;c&#99999999999;d&#" + "9" * 5_000 + ";e", "a�b�cde"),
        ("a\x00b\x1bc\ud800d\x85e\ufeff", "abcd e"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_text_is_made_plain(markup: str, text: str) -> None:
    assert plain_text(markup) == text


OFFICE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.0//EN"><?xml:namespace prefix = o ns = "urn:o" />'
    '<p class="MsoNormal">Talks resumed<o:p></o:p></p><![if !supportLists]>- <![endif]>'
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        # Declarations, instructions, and what is no element of HTML.
        (f'{OFFICE}<amp-img src="x"></amp-img><fb:like href="x"></fb:like>', "Talks resumed\n-"),
        ("<?php echo 1 ?>seen<?xml version='1.0'?>", "seen"),
        ("<!--[if !mso]><!-->seen<!--<![endif]-->", "seen"),
        ("<![CDATA[seen]]>", "seen"),
        ('<st1:place w:st="on">Muscat</st1:place>', "Muscat"),
        ("<nyt-byline>By Sara</nyt-byline>, Muscat", "By Sara, Muscat"),
        ("<excerpt>Talks</excerpt> go on<more/>", "Talks go on"),
        ("Talks</excerpt> go <Foo bar='x'>on</>", "Talks go on"),
        # Half tags: cut off at the end, or with quotes that do not close.
        (
            'Talks go on <a href="https://courier.example/abc',
            "Talks go on",
        ),
        ("Talks go on <a href='https://courier.example/a…", "Talks go on"),
        ("Talks go on <a hre", "Talks go on"),
        ("Talks go on <img class...", "Talks go on"),
        ("Talks go on <blockq", "Talks go on"),
        ("Talks go on </p", "Talks go on"),
        ("Talks go on </", "Talks go on"),
        ("Talks go on <", "Talks go on"),
        ("Talks go on <!DOCTYPE html", "Talks go on"),
        ("Talks go on <?xml vers", "Talks go on"),
        ('<a href="/x>Talks</a> go on', "Talks go on"),
        ('<a href="/x <b>Talks</b> go on', "Talks go on"),
        # No tags.
        ("<stdlib.h>, <3, a < b and c <d or e", None),
        ("vector<int> of <your-name>", None),
        ("std::map<std::string>", None),
        ("<https://courier.example/1> by <desk@courier.example", None),
        # Nothing but escaped HTML.
        (
            '&lt;p&gt;Talks in &lt;a href="/x"&gt;Muscat&lt;/a&gt;, he said.&lt;/p&gt;',
            "Talks in Muscat, he said.",
        ),
        ("&lt;DIV class='x'&gt;Talks&amp;rsquo;s&lt;/DIV&gt; go on", "Talks’s\ngo on"),
        ("Write &lt;p&gt;x&lt;/p&gt;", "Write <p>x</p>"),
        ("&lt;p&gt; or &lt;div&gt;?", "<p> or <div>?"),
        ("<b>So:</b> &lt;p&gt;x&lt;/p&gt;", "So: <p>x</p>"),
        ("AT&amp;amp;T, Iran&amp;#8217;s &amp;quot;talks&amp;quot;", 'AT&T, Iran’s "talks"'),
        ("&amp;lt;b&amp;gt; &amp;#60; &amp;nosuch;", "&lt;b&gt; &#60; &nosuch;"),
    ],
)
def test_no_markup_is_left(markup: str, text: str | None) -> None:
    assert plain_text(markup) == (markup if text is None else text)
    assert plain_title(markup) == plain_text(markup).replace("\n", " ")


@pytest.mark.parametrize(
    ("text", "markup", "made"),
    [
        ("In ter rupted , twi", "<p>In<b>ter</b>rupted</p>, twice", True),
        ("Talks & more", "<p>Talks &amp; more</p>", True),
        ("Talks", "<p>Talks</p>&#" + "9" * 5_000 + ";", True),
        ("Talks again", "<p>Talks</p>", False),
        ("Talks", "Talks", False),
        ("<p>Talks</p>", "<p>Talks</p>", False),
        ("Talks", "<p></p>", False),
        ("", "<p>Talks</p>", False),
    ],
)
def test_a_text_may_be_made_of_a_markup(text: str, markup: str, made: bool) -> None:
    assert is_made_of(text, markup) is made


def test_a_title_is_one_line() -> None:
    assert plain_title("<p>One</p>\n<p>two</p>") == "One two"


def test_a_tag_may_have_any_number_of_attributes() -> None:
    attributes = "".join(f' data-{number}="<b>"' for number in range(100))
    assert plain_title(f"<p{attributes}>One</p>") == "One"


def test_texts_are_cut_between_words() -> None:
    assert plain_title("word " * 1_000) == ("word " * 200).strip()[:MAX_TITLE]
    assert len(plain_text("x" * 1_000_000)) == MAX_TEXT


HOSTILE = {
    "quotes": '<a "',
    "attributes": '<a x="',
    "both quotes": "<a \"' ",
    "quotes from quotes to quotes": '  <<a<"',
    "words between quotes": "a<a'\"a'",
    "elements without end": "<svg><object><select>",
    "ends without end": "</svg ",
    "comments": "<!-",
    "references": "&#",
    "spaces": " \n",
    "brackets": "<",
    "attributes without an end": "<a x=y ",
    "foreign": "<foo></foo>",
    "foreign without an end": "<a:b x=",
    "declarations": "<!D",
    "instructions": "<?x",
    "escaped": "&lt;p&gt;",
    "escaped twice": "&amp;amp;",
    "spaces in tags": "<a  ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_takes_no_time(name: str) -> None:
    piece = HOSTILE[name]
    started = time.process_time()
    plain_text(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        (" /x ", "https://courier.example/x"),
        ("x?a=1", "https://courier.example/feeds/x?a=1"),
        ("//a.example/x", "https://a.example/x"),
        ("HTTP://a.example/x", "http://a.example/x"),
        ('https://a.example/a b"<>é', "https://a.example/a%20b%22%3C%3Eé"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("tg://resolve?domain=x", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("http://", ""),
        ("http://[", ""),
        ("https://a.example/" + "x" * 5_000, ""),
        ("", ""),
    ],
)
def test_links_are_of_the_web_or_none(link: str, expected: str) -> None:
    assert absolute_link(link, BASE) == expected


ADDRESSES = st.builds(
    str.__add__,
    st.sampled_from(["http://a", "https://a.b", "https://a.b/", "https://a.b:80/", "HTTPS://A/"]),
    st.text("ab/.?=&%:~+,_-#;@", max_size=12),
)


@given(ADDRESSES)
def test_a_link_that_is_given_as_it_is_needed_nothing(link: str) -> None:
    parts = urlsplit(urljoin(BASE, link))
    if parts.hostname:
        assert absolute_link(link, BASE) == parts.geturl()
