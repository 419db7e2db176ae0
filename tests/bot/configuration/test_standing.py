"""How a source stands to its state, as the file says it."""

from pathlib import Path

import pytest

from bot.configuration.loading import load
from bot.errors import ConfigurationError
from tests.bot.configuration.test_loading import GOOD
from watchers import SourceStanding

EVERY = 'every = "5m"\n'


def file(folder: Path, line: str) -> Path:
    path = folder / "config.toml"
    path.write_text(GOOD.replace(EVERY, EVERY + line), "utf-8")
    return path


@pytest.mark.parametrize("standing", SourceStanding)
def test_a_standing_is_in_the_record(tmp_path: Path, standing: SourceStanding) -> None:
    (one,) = load(file(tmp_path, f'standing = "{standing}"\n')).watchers
    assert one.standing is standing


def test_none_is_none(tmp_path: Path) -> None:
    (one,) = load(file(tmp_path, "")).watchers
    assert one.standing is None


def test_another_is_told_with_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="'state', 'state-aligned' or 'independent'"):
        load(file(tmp_path, 'standing = "party"\n'))
