"""Which addresses are those of the same page."""

import pytest

from watchers.canonical import canonical, path_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://courier.example/?a=1&b=2", "http://www.courier.example?b=2&a=1"),
        ("https://courier.example/%D9%85", "https://courier.example/م/"),
        ("https://courier.example/%d9%85", "https://courier.example/%D9%85"),
        ("https://courier.example/a/#p-1", "http://courier.example/a#p-1"),
    ],
)
def test_one_form_of_an_address(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://courier.example/a", "https://courier.example/b"),
        ("https://courier.example/a#1", "https://courier.example/a#2"),
        ("https://courier.example/?p=1", "https://courier.example/?p=2"),
        ("https://courier.example/%C7%E1", "https://courier.example/%C8%E1"),
        ("https://wwwcourier.example/", "https://courier.example/"),
        ("tag:www.courier.example,2024:1", "tag:courier.example,2024:1"),
        ("1/", "1"),
    ],
)
def test_other_addresses_stay_others(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://courier.example/a/1/", "a/1"),
        ("http://courier.example?p=1", "?p=1"),
        ("https://courier.example/", ""),
        ("", ""),
    ],
)
def test_what_follows_the_site(address: str, path: str) -> None:
    assert path_of(address) == path
