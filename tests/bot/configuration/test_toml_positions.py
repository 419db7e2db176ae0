from textwrap import dedent

from bot.configuration.toml_positions import Place, Places

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
    places = Places(TEXT)
    assert places.line(("settings", "keep")) == 3
    assert places.line(("rule", 0)) == 5
    assert places.line(("rule", 1, "name")) == 10
    assert places.line(("rule", 1, "odd key")) == 14
    assert places.line(("actor", "kanaani", "names", "en")) == 17


def test_a_key_that_is_missing_stands_at_its_table() -> None:
    assert Places(TEXT).line(("rule", 1, "title")) == 9
    assert Places(TEXT).line(("channel",)) == 0


def test_places_inside_a_string() -> None:
    places = Places(TEXT)
    assert places.inside(("rule", 0, "when"), 1, 3) == Place(7, 11)
    assert TEXT.splitlines()[6][10] == "A"
    assert places.inside(("rule", 1, "when"), 2, 1) == Place(13, 1)


def test_a_header_inside_a_long_string_is_text() -> None:
    places = Places("[a]\nx = '''\n[b]\ny = 1\n'''\nz = 2\n")
    assert places.line(("a", "z")) == 6
    assert places.line(("b",)) == 0
