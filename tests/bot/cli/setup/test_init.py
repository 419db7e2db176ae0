"""`init`: in a terminal, in a pipe, without questions; what it writes passes `check`."""

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.configuration.loading import load
from tests import processes
from tests.making import entry

ROOT = Path(__file__).parents[4]
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Nile Courier</title>
<item><guid>1</guid><title>Sudanese army and RSF meet</title><link>https://nile.example/1</link>
</item></channel></rss>"""
PAGE = b"""<html><head><title>Nile Courier</title>
<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>
<body>Nile Courier</body></html>"""


@pytest.fixture
def site() -> Iterator[str]:
    """A site whose page names a feed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = (
                (FEED, "application/rss+xml") if "feed" in self.path else (PAGE, "text/html")
            )
            self.send_response(200 if self.path in {"/", "/feed.xml"} else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def init(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return processes.backchannel(
        "init", *arguments, folder=folder, stdin=stdin, COLUMNS="100", PYTHONPATH=str(ROOT)
    )


def check(folder: Path, file: str = "config.toml") -> str:
    done = processes.backchannel("check", "-c", file, folder=folder, COLUMNS="100")
    assert done.returncode == 0, done.stderr
    return done.stdout


def length(file: Path) -> int:
    return len(file.read_text("utf-8").splitlines())


def true_of(file: Path, title: str) -> set[str]:
    """The rules that are true of a headline."""
    return {match.rule for match in load(file).matcher.match(entry(title))}


@pytest.mark.parametrize("beat", ["iran-us", "prisoner-exchanges"])
def test_a_shipped_beat_without_questions(tmp_path: Path, beat: str) -> None:
    done = init(tmp_path, "--yes", "--follow", beat, "--chat", "@news_here")
    assert done.returncode == 0, done.stderr
    assert "Wrote config.toml" in done.stdout
    assert "backchannel check " in done.stdout
    assert "is right" in check(tmp_path)
    assert load(tmp_path / "config.toml").channels[0].chat == "@news_here"
    assert length(tmp_path / "config.toml") < 20


def test_an_own_beat_without_questions(tmp_path: Path) -> None:
    done = init(
        tmp_path,
        *("--config", "own.toml", "--yes", "--party", "Sudan=Sudanese, Khartoum"),
        *("--party", "Rapid Support Forces=RSF", "--matter", "talks, ceasefire"),
        *("--matter", "gold smuggling", "--language", "en", "--language", "ar"),
    )
    assert done.returncode == 0, done.stderr
    assert "backchannel --config own.toml " in done.stdout
    assert "in 2 languages, 3 rules" in check(tmp_path, "own.toml")
    own = tmp_path / "own.toml"
    assert true_of(own, "Sudanese army agrees to a truce") == {"ceasefire"}
    assert true_of(own, "RSF accused of gold smuggling") == {"gold-smuggling"}
    # The names of a state are those of CLDR.
    assert true_of(own, "هدنة في السودان") == {"ceasefire"}
    assert true_of(own, "Truce holds in Lebanon") == set()


def test_the_longest_is_shorter_than_sixty_lines(tmp_path: Path) -> None:
    matters = "talks,ceasefire,deal,prisoners,sanctions,funds,denials,all"
    parties = [f"--party={name}" for name in ("Sudan", "Chad", "Iran")]
    done = init(tmp_path, "--yes", *parties, "--matter", matters)
    assert done.returncode == 0, done.stderr
    assert "8 rules" in check(tmp_path)
    assert length(tmp_path / "config.toml") < 60
    assert true_of(tmp_path / "config.toml", "Chad closes its schools") == {"all"}


def test_in_a_pipe(tmp_path: Path) -> None:
    answers = [
        "own",
        "en",
        "Sudan, Iran",
        "Sudanese",
        "1, 2",
        "",
        "Europe/Lonon",
        "UTC",
        "@nowhere",
    ]
    done = init(tmp_path, stdin="\n".join(answers) + "\n")
    assert done.returncode == 0, done.stderr
    assert "a time zone is written as a continent and a city" in done.stderr
    assert "Iran: the lexicon knows Iran, in all languages." in done.stderr
    assert "2 rules" in check(tmp_path)
    assert true_of(tmp_path / "config.toml", "Tehran calls for a ceasefire") == {"ceasefire"}


def test_a_pipe_that_ends_too_early_is_told_which_answer_is_missing(tmp_path: Path) -> None:
    done = init(tmp_path, stdin="1\n")
    assert done.returncode == 2
    assert "no answer to 'Sites to read besides" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("mine", "utf-8")
    for arguments in (["--yes"], ["--config", "config.toml", "--follow", "iran-us"]):
        done = init(tmp_path, *arguments)
        assert done.returncode == 2
        assert "config.toml is there already, and stays as it is" in done.stderr
    # Who is asked names another.
    done = init(tmp_path, stdin="other.toml\n2\n\nUTC\n\n")
    assert done.returncode == 0, done.stderr
    assert "is right" in check(tmp_path, "other.toml")
    assert (tmp_path / "config.toml").read_text("utf-8") == "mine"


def test_sites_are_looked_at(tmp_path: Path, site: str) -> None:
    done = init(tmp_path, "--yes", "--follow", "prisoner-exchanges", "--site", site)
    assert done.returncode == 0, done.stderr
    assert "Nile Courier: 1 entries at" in done.stderr
    (watcher,) = [w for w in load(tmp_path / "config.toml").watchers if w.title == "Nile Courier"]
    assert watcher.url == f"{site}feed.xml"


def test_without_a_network_sites_are_taken_as_they_are(tmp_path: Path) -> None:
    # Nothing listens there.
    done = init(tmp_path, "--yes", "--follow", "iran-us", "--site", "http://127.0.0.1:9/rss")
    assert done.returncode == 0, done.stderr
    assert "cannot connect" in done.stderr
    assert "to be read when it answers" in done.stderr
    assert "http://127.0.0.1:9/rss" in {w.url for w in load(tmp_path / "config.toml").watchers}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--follow", "iran"], "there is no 'iran'; did you mean 'iran-us'?"),
        (["--party", "Sudan", "--language", "xx"], "there is no 'xx'"),
        (["--follow", "own"], "--party"),
        (["--follow", "iran-us", "--chat", "my channel"], 'a chat is "@name" or a number'),
        (["--follow", "iran-us", "--timezone", "Muscat"], "a time zone is written as"),
        (["--follow", "iran-us", "--config", "a-file/new.toml"], "cannot be written"),
    ],
)
def test_what_is_wrong_with_an_option_is_said(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "a-file").write_text("", "utf-8")
    done = init(tmp_path, "--yes", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "config.toml").exists()


def test_in_a_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "bot", "init"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
    )
    os.close(theirs)
    questions = [
        ("What do you want to follow", "2"),
        ("Sites to read besides", ""),
        ("Time zone", "Europe/London"),
        ("Telegram channel", ""),
        ("Wrote config.toml", None),
    ]
    shown, ends = "", time.monotonic() + 60
    try:
        for question, answer in questions:
            while question not in shown.rpartition("\0")[2]:
                assert time.monotonic() < ends, shown
                if select.select([ours], [], [], 1)[0]:
                    shown += os.read(ours, 65536).decode("utf-8", "replace")
            shown += "\0"
            if answer is not None:
                os.write(ours, f"{answer}\n".encode())
        assert started.wait(30) == 0
    finally:
        started.kill()
        os.close(ours)
    assert "1  iran-us" in shown
    assert "is right" in check(tmp_path)
    assert str(load(tmp_path / "config.toml").channels[0].timezone) == "Europe/London"


def test_the_way_to_another_beat_in_the_questions_works(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "faq.md").read_text("utf-8").replace("\\\n", " ")
    commands = [
        shlex.split(line) for line in re.findall(r"^    \./run (.*sudan.*)$", text, re.MULTILINE)
    ]
    assert [command[0] for command in commands] == ["init", "try", "--config"]
    for command in commands[:2]:
        done = processes.backchannel(*command, folder=tmp_path, COLUMNS="100")
        assert done.returncode == 0, done.stderr
    assert "It would be sent, because of: Ceasefire." in done.stdout
