from textwrap import dedent

from bot.configuration.toml_positions import Place, Positions

TEXT = dedent("""\
    # a comment
    [settings]
    keep = "90d"

    [[rule]]
    name = "one"
    when = 'a AND b'

    [[rule]]
    name = "two"
    when = '''
    a OR
    b'''
    "odd key" = 1

    [actor.kanaani.names]
    en = ["Kanaani"]
    """)


def test_keys_stand_where_they_are_written() -> None:
    positions = Positions(TEXT)
    assert positions.line(("settings", "keep")) == 3
    assert positions.line(("rule", 0)) == 5
    assert positions.line(("rule", 1, "name")) == 10
    assert positions.line(("rule", 1, "odd key")) == 14
    assert positions.line(("actor", "kanaani", "names", "en")) == 17


def test_a_key_that_is_missing_stands_at_its_table() -> None:
    assert Positions(TEXT).line(("rule", 1, "title")) == 9
    assert Positions(TEXT).line(("channel",)) == 0


def test_places_inside_a_string() -> None:
    positions = Positions(TEXT)
    assert positions.inside(("rule", 0, "when"), 1, 3) == Place(7, 11)
    assert TEXT.splitlines()[6][10] == "A"
    assert positions.inside(("rule", 1, "when"), 2, 1) == Place(13, 1)


def test_a_header_inside_a_long_string_is_text() -> None:
    positions = Positions("[a]\nx = '''\n[b]\ny = 1\n'''\nz = 2\n")
    assert positions.line(("a", "z")) == 6
    assert positions.line(("b",)) == 0
