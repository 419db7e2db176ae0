"""What of the bot's surroundings some tests do without."""

import pytest

LEXICON = {
    "actor": {"iran": {"name": "Iran", "kind": "state", "names": {"en": ["Iran"]}}},
}


@pytest.fixture
def small_lexicon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read configurations with one name: with the shipped ones each takes half a second."""
    monkeypatch.setattr(
        "bot.configuration.loading.shipped_lexicon", lambda: iter([("small.toml", LEXICON)])
    )
