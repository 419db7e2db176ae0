import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import Field
from stories import Report, Story, summarise
from stories.summary.openings import in_the_air, is_boilerplate
from stories.summary.summary import MAX_CHARS, MAX_SENTENCES
from tests.making import NOON, entry, match, report, story

LABELLED = Path(__file__).parents[2] / "rules" / "labelled"

LEAD = "Iran and the United States exchanged messages through Oman, the mediator said on Monday."
DETAIL = "An exchange of prisoners and the release of blocked accounts in Seoul are on the table."
MORE = "Technical teams will meet again next week at a hotel near the harbour of the capital."

IN_THE_AIR = {
    "en": [
        "He also said that the talks would go on.",
        "But that was denied by the other side.",
        "Meanwhile, the envoy left for home.",
        "“They are close,” he said.",
        "The talks were useful, he added.",
        "The spokesman gave no details.",
        "“We have never stopped the diplomatic processes.”",
    ],
    "ar": [
        "وأضاف أن المحادثات مستمرة.",
        "لكن الموعد لم يحدد.",
        "وقال إن الرد قريب.",
        "من جهته نفى الوزير ذلك.",
    ],
    "fa": [
        "وی افزود مذاکرات ادامه دارد.",
        "او گفت پاسخ نزدیک است.",
        "همچنین قرار است دیدار شود.",
        "اما زمان آن معلوم نیست.",
    ],
    "he": [
        "הוא הוסיף כי השיחות יימשכו.",
        "אולם המועד לא נקבע.",
        "לדבריו התשובה קרובה.",
        "והשיחות נמשכות.",
    ],
    "fr": [
        "Il a ajouté que les discussions continuent.",
        "Mais la date n'est pas fixée.",
        "De plus, une réunion est prévue.",
        "« Nous avançons », a-t-il dit.",
    ],
    "ru": [
        "Он добавил, что переговоры продолжатся.",
        "Однако дата не назначена.",
        "По его словам, ответ близок.",
        "Это подтвердил и посредник.",
    ],
    "tr": [
        "Ancak tarih belli değil.",
        "Bu görüşme uzun sürdü.",
        "Ayrıca yeni bir tur bekleniyor.",
        "Öte yandan heyet ayrıldı.",
    ],
    "de": [
        "Er sagte weiter, man rede noch.",
        "Das ist noch offen.",
        "Zuvor hatte der Vermittler gesprochen.",
        "Allerdings fehlt ein Datum.",
    ],
}
ON_ITS_FEET = {
    "en": [
        "Iran denied the report.",
        "This week the envoys meet again.",
        "Hisham al-Alawi met the delegation.",
        "“We agreed,” Kanaani said on Monday.",
    ],
    "ar": [
        "قال كنعاني إن المحادثات مستمرة.",
        "وزير الخارجية العماني التقى الوفد.",
        "واشنطن تنتظر الرد.",
        "وقال كنعاني إن الرد قريب.",
    ],
    "fa": ["کنعانی گفت مذاکرات ادامه دارد.", "وزیر خارجه عمان با هیئت دیدار کرد."],
    "he": ["דובר משרד החוץ אמר כי השיחות יימשכו.", "וושינגטון ממתינה לתשובה."],
    "fr": [
        "Téhéran attend une réponse.",
        "Cette semaine, les émissaires se revoient.",
        "L'Iran dément.",
    ],
    "ru": ["Иран ждёт ответа.", "Канани сказал, что переговоры продолжатся."],
    "tr": ["Bu hafta heyetler yeniden buluşacak.", "Umman görüşmelere ev sahipliği yaptı."],
    "de": ["Das Weiße Haus wartet auf Antwort.", "Der Iran weist den Bericht zurück."],
}
BOILERPLATE = [
    "Read more at the site.",
    "The post Talks in Muscat appeared first on Gulf Courier.",
    "Subscribe to our newsletter for free.",
    "Photo: the delegations in Muscat.",
    "Follow us @courier for more.",
    "Reporting by A. Writer; editing by B. Editor.",
    "اقرأ أيضا: أسعار النفط ترتفع.",
    "بیشتر بخوانید درباره این خبر.",
    "Lire aussi notre dossier complet.",
    "Читайте также другие новости.",
    "Mehr lesen Sie auf unserer Seite.",
]


def _summary(title: str, text: str) -> list[str]:
    return _told(report(entry(title, text)))


def _told(*reports: Report, language: str | None = None) -> list[str]:
    return [str(sentence) for sentence in summarise(story(*reports), language)]


def test_the_lead_comes_first_and_all_keep_their_order() -> None:
    assert _summary("A headline", f"{LEAD} {DETAIL} {MORE}") == [LEAD, DETAIL, MORE]


def test_a_sentence_that_repeats_the_headline_is_left_out() -> None:
    assert _summary(LEAD.rstrip("."), f"{LEAD} {DETAIL}") == [DETAIL]


def test_what_is_too_long_is_not_cut() -> None:
    assert _summary("A headline", "A word " + "and one more " * 60 + "is long. " + LEAD) == [LEAD]


def test_what_a_rule_asked_for_comes_before_what_it_did_not() -> None:
    fillers = "".join(f" Filler {n} speaks of weather number {n} over hills." for n in range(5))
    text = f"{LEAD}{fillers} {DETAIL}"
    start = text.index("prisoners")
    asked = report(entry("A headline", text), match("talks", (Field.TEXT, start, start + 9)))
    assert DETAIL in _told(asked)


def test_another_report_adds_only_what_is_new() -> None:
    copy = report(entry("Other", LEAD.replace("Monday", "June 12"), uid="2"), outlet="B")
    new = report(entry("Third", MORE, uid="3"), outlet="C")
    assert _told(report(entry("A headline", LEAD)), copy, new) == [LEAD, MORE]


def test_the_channels_language_where_a_report_has_it() -> None:
    persian = "کنعانی گفت پیام‌ها از طریق میانجی میان دو کشور رد و بدل شده است."
    other = report(entry("خبر فوری از مسقط درباره مذاکرات", persian, uid="2", language="fa"))
    lead = report(entry("A headline that is in English", LEAD))
    assert _told(lead, other, language="fa") == [persian]
    assert _told(lead, other, language="he") == [LEAD]
    assert _told(lead, other) == [LEAD]


def test_a_sentence_in_the_air_follows_only_what_it_hangs_on() -> None:
    hanging = "He also expects that experts prepare documents about banking channels."
    assert _summary("A headline", f"{hanging} {LEAD} {hanging}") == [LEAD, hanging]
    assert _summary("A headline", f"{hanging} So. {hanging}") == []


def test_quotations_stay_whole() -> None:
    text = f"“We agreed. The text is ready,” the mediator told reporters in Muscat. {DETAIL}"
    assert _summary("A headline", text)[0].endswith("in Muscat.")
    assert _summary("A headline", f"“We agreed on everything that matters. {DETAIL}") == [DETAIL]


def test_a_dateline_is_no_part_of_the_sentence() -> None:
    assert _summary("A headline", f"DUBAI, June 12 (Reuters) - {LEAD}") == [LEAD]
    assert _summary("A headline", f"MUSCAT — {LEAD}") == [LEAD]


@pytest.mark.parametrize("text", BOILERPLATE)
def test_boilerplate(text: str) -> None:
    assert is_boilerplate(text)
    assert _summary("A headline", f"{text}\n{LEAD}") == [LEAD]


@pytest.mark.parametrize("text", [LEAD, DETAIL, MORE])
def test_news_is_no_boilerplate(text: str) -> None:
    assert not is_boilerplate(text)


@pytest.mark.parametrize(("language", "text"), [(k, t) for k, v in IN_THE_AIR.items() for t in v])
def test_in_the_air(language: str, text: str) -> None:
    assert in_the_air(text, [language])


@pytest.mark.parametrize(("language", "text"), [(k, t) for k, v in ON_ITS_FEET.items() for t in v])
def test_on_its_feet(language: str, text: str) -> None:
    assert not in_the_air(text, [language])


def test_the_article_is_read_where_there_is_one() -> None:
    teaser = "Iran and the US exchange messages, the mediator says…"
    one = replace(report(entry("A headline", teaser)), article=f"{LEAD}\n{DETAIL}\n{MORE}")
    assert _told(one) == [LEAD, DETAIL, MORE]
    assert all(sentence.in_article for sentence in summarise(story(one)))


def test_an_article_without_a_sentence_that_is_fit_leaves_the_entrys_text() -> None:
    one = replace(report(entry("A headline", LEAD)), article="By a writer\n\nHe said so again.")
    assert _told(one) == [LEAD]
    assert not any(sentence.in_article for sentence in summarise(story(one)))


def test_what_a_rule_found_in_the_entry_is_looked_for_in_the_article() -> None:
    fillers = "".join(f" Filler {n} speaks of weather number {n} over hills." for n in range(5))
    title = "A headline about prisoners"
    at = title.index("prisoner")
    asked = report(entry(title), match("talks", (Field.TITLE, at, at + 9)))
    article = f"{LEAD}{fillers} {DETAIL}"
    assert DETAIL in _told(replace(asked, article=article))
    assert DETAIL not in _told(replace(report(entry(title)), article=article))


def test_every_sentence_of_varied_reports_is_their_own() -> None:
    texts = [
        (text["title"], text.get("text", ""))
        for file in sorted(LABELLED.glob("*.toml"))
        for text in tomllib.loads(file.read_text("utf-8"))["text"]
    ]
    reports = [report(entry(title, text, uid=str(n))) for n, (title, text) in enumerate(texts)]
    assert len(reports) > 300
    for one in reports:
        _check(story(one))
    for at in range(0, len(reports), 7):
        _check(story(*reports[at : at + 7]))
    articles = [
        replace(one, article=f"{one.document.title}.\n{one.document.text}") for one in reports
    ]
    for at in range(0, len(reports), 7):
        _check(story(*articles[at : at + 4], *reports[at + 4 : at + 7]))


PIECES = [
    *(text for texts in (*IN_THE_AIR.values(), *ON_ITS_FEET.values()) for text in texts),
    *BOILERPLATE,
    LEAD,
    DETAIL,
    "“",
    "»",
    "\n",
    "...",
    "(Reuters) - ",
    "\u200c",
]


TEXTS = st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join)


@given(st.lists(st.tuples(st.text(), TEXTS, st.just("") | TEXTS)))
def test_every_sentence_is_the_reports_own(texts: list[tuple[str, str, str]]) -> None:
    reports = [
        replace(report(entry(title, text, uid=str(n))), article=article)
        for n, (title, text, article) in enumerate(texts)
    ]
    _check(story(*reports))


def _check(told: Story) -> None:
    chosen = summarise(told)
    assert len(chosen) <= MAX_SENTENCES
    assert sum(len(str(one)) for one in chosen) + len(chosen) - 1 <= MAX_CHARS
    for one in chosen:
        assert one.report in told.reports
        text = one.report.article if one.in_article else one.report.document.text
        assert str(one) == text[one.start : one.end]
        assert str(one).strip() == str(one)
        assert not is_boilerplate(str(one))
    for one, other in pairwise(chosen):
        same = one.report is other.report
        assert not same or one.end <= other.start
    assert told.opened == NOON
