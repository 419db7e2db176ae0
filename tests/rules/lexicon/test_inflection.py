"""Which forms of a name or a word count, and which are other words, language by language."""

import pytest

from tests.rules.documents import actor, lexicon, mentioned, topic

NAMES = [
    # language, name, texts in which it stands, texts in which it does not
    (
        "en",
        "Oman",
        "Oman|OMAN's|Oman,|(Oman)|“Oman”|US-Oman|Oman’s|#Oman",
        "woman|Romania|Omani|Omanis|Omanisation|Wo'man|oman2",
    ),
    ("en", "Kan'ani", "Kan'ani|Kanani|Kan’ani's|Kanʿani", "Kananian|Kana ni"),
    ("en", "Malley", "Malley|Malley's|Malleys", "O Malleyson|Malleye"),
    ("fr", "Iran", "l'Iran|d’Iran|qu'Iran|Iran", "Iranien|tiran|Tirana|iranienne"),
    ("fr", "Téhéran", "Téhéran|TEHERAN|Teheran", "Téhéranais"),
    ("de", "Iran", "Iran|Irans|Iran-Gespräche", "Iraner|iranisch|Iranerin"),
    (
        "de",
        "iranische Seite",
        "iranische Seite|der iranischen Seite|von iranischer Seite|Irans iranische Seite",
        "iranisch Seite|iranischen Seiten|iranische Seitenlinie",
    ),
    ("de", "Badr al-Busaidi", "Badr al-Busaidi|Badr al-Busaidis", "Badre al-Busaidi"),
    ("tr", "İran", "İran|İran'ın|İran'a|İran’da|İran’dan|IRAN|Iran'la", "İranlı|tiran|İranlılar"),
    ("tr", "Umman", "Umman|Umman'da|Umman'ın|Umman'ı", "Ummanlı|Tumman|ummandan"),
    ("ru", "Иран", "Иран|Ирана|Ирану|Ираном|Иране|Иран,", "иранский|иранец|тиран|Ираника"),
    ("ru", "Малли", "Малли|Роберт Малли", "Маллин|Малла|Маллисон"),
    ("ru", "Захарова", "Захарова|Захаровой|Захарову", "Захаров|Захаровский"),
    ("ru", "Лавров", "Лавров|Лаврова|Лаврову|Лавровым|Лаврове", "Лавровский|лавровый"),
    ("ru", "Белый дом", "Белый дом|в Белый дом", "бел дом|белый домик"),
    ("ru", "Южная Корея", "Южная Корея|Южной Корее|Южную Корею|Южной Кореей", "южн коре|Корея"),
    (
        "ru",
        "иранские власти",
        "иранские власти|иранскими властями|иранским властям|иранских властях|иранских властей",
        "иранский властитель|власти",
    ),
    ("ru", "СВПД", "СВПД|(СВПД)", "СВПДа|СВПДэшный"),
    ("ru", "Роберт Малли", "Роберта Малли|Роберту Малли|Робертом Малли", "Роберте Маллин"),
    (
        "ar",
        "إيران",
        "إيران|وإيران|لإيران|بايران|فإيران|كإيران|ولإيران|ايران",
        "الإيراني|إيراني|إيرانية|الإيرانيون|والإيراني|نيران",
    ),
    ("ar", "عمان", "عُمان|وعمان|بعُمان|لعمان|عـمان", "العماني|عمانية|وعماني|نعمان|ضمان"),
    ("ar", "الخارجية", "الخارجية|والخارجية|بالخارجية|للخارجية|وللخارجية|فالخارجية", "خارجية"),
    ("ar", "ماكغورك", "ماكغورك|وماكغورك|لماكغورك", "ماكغوركي"),
    ("ar", "أحمد", "أحمد|وأحمد|لأحمد", "أحمدي|محمد"),
    ("fa", "ایران", "ایران|ايران|ایران،|«ایران»|ایران‌ها", "ایرانی|ایرانیان|نیران|ایرانشهر"),
    ("fa", "خامنه‌ای", "خامنه‌ای|خامنه ای|خامنه اي|خامنه‌ای،|خامنهای", "خامنه‌ایستا|خامنه"),
    ("fa", "آمریکا", "آمریکا|آمریکای|آمریکا‌ی|امریکا|امریکاست", "آمریکایی‌ستیز|آمریکاستیز"),
    ("fa", "باقری کنی", "باقری کنی|باقري كني|باقری‌کنی", "باقری کنیا|باقر کنی"),
    ("he", "איראן", "איראן|ואיראן|באיראן|לאיראן|שאיראן|מאיראן|ושבאיראן|כשאיראן", "איראני|איראנית"),
    ("he", "ארה״ב", 'ארה"ב|בארה״ב|לארה"ב|וארה״ב', "ארהבית"),
    ("he", "מאלי", "מאלי|ומאלי|שמאלי", "שמשומאלי|מאליק"),
    ("he", "הארץ", 'הארץ|בהארץ|ב"הארץ"', "ארץ|בארץ|הארצי"),
]

WORDS = [
    ("en", "prisoner swap", "prisoner swap|prisoner swaps|prisoner-swap|prisoner swap's", "swap"),
    ("en", "treaty", "treaty|treaties|treaty's", "treat|treatise"),
    ("en", "sanction*", "sanction|sanctions|sanctioning|sanctioned", "sanct|unsanctioned"),
    ("en", "=US", "US|US's|(US)|US-led", "us|Us|USA|BUS"),
    ("fr", "fonds gelé", "fonds gelés|fonds gelé|fonds gelée", "fonds geler"),
    (
        "de",
        "indirektes Gespräch",
        "indirektes Gespräch|indirektes Gesprächs|indirektes Gespräche",
        "Gespräch",
    ),
    ("de", "Sanktion", "Sanktion|Sanktionen", "Sanktionierung|Sanktionär"),
    (
        "tr",
        "müzakere",
        "müzakere|müzakereler|müzakereleri|müzakerelerin|müzakerelerde|müzakereden|müzakereye",
        "müzakereci|muzaker",
    ),
    (
        "tr",
        "arabuluculuk",
        "arabuluculuk|arabuluculuğu|arabuluculuğunda|arabuluculukta",
        "arabulucu",
    ),
    (
        "ru",
        "переговоры",
        "переговоры|переговоров|переговорам|переговорах|переговорами",
        "переговорщик|переговорный",
    ),
    (
        "ru",
        "ядерная сделка",
        "ядерная сделка|ядерной сделки|ядерную сделку|ядерной сделке|ядерных сделок",
        "ядерная сделанная|ядерщик сделка",
    ),
    ("ru", "соглашение", "соглашение|соглашения|соглашении|соглашений", "соглашатель"),
    ("ru", "санкции", "санкции|санкций|санкциями|санкциях|санкция", "санкционный"),
    (
        "ru",
        "обмен заключёнными",
        "обмен заключёнными|обмена заключенными|обмену заключёнными",
        "обменник заключёнными|обмен",
    ),
    ("ar", "وساطة", "وساطة|الوساطة|بوساطة|والوساطة|للوساطة|وساطات", "وساطتنا|توسط"),
    ("ar", "الاتفاق النووي", "الاتفاق النووي|بالاتفاق النووي|للاتفاق النووي", "اتفاق نووي"),
    ("fa", "مذاکره", "مذاکره|مذاکره‌ای|مذاکره‌ها|مذاکره‌های|مذاکره ها", "مذاکرات|مذاکره‌کننده"),
    ("fa", "تحریم", "تحریم|تحریم‌ها|تحریم‌های|تحریمها|تحریمی|تحریم‌هایی", "تحریمگر|تحریم‌شده"),
    ("fa", "توافق هسته‌ای", "توافق هسته‌ای|توافق هسته ای|توافقِ هسته‌ای", "توافق هستند"),
    ("he", "הסוכנות", "הסוכנות|בסוכנות|לסוכנות|שהסוכנות", "סוכנות|סוכן"),
    ("he", "הסכם", "הסכם|ההסכם|בהסכם|הסכמים|והסכמי", "הסכמה|הסכמת"),
    ("he", "עסקה", "עסקה|העסקה|עסקת|בעסקת|עסקות", "עסקן"),
]


def _cases(rows: list[tuple[str, str, str, str]]) -> list[tuple[str, str, str, bool]]:
    return [
        (language, spelling, text, expected)
        for language, spelling, found, not_found in rows
        for texts, expected in ((found, True), (not_found, False))
        for text in texts.split("|")
    ]


@pytest.mark.parametrize(("language", "spelling", "text", "expected"), _cases(NAMES))
def test_names(language: str, spelling: str, text: str, *, expected: bool) -> None:
    known = lexicon(actor={"one": actor([spelling], language=language)})
    assert bool(mentioned(f"… {text} …", known)) is expected


@pytest.mark.parametrize(("language", "spelling", "text", "expected"), _cases(WORDS))
def test_words(language: str, spelling: str, text: str, *, expected: bool) -> None:
    known = lexicon(topic={"one": topic([spelling], language=language)})
    assert bool(mentioned(f"… {text} …", known)) is expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Oman's talks", "Oman"),
        ("الإيراني قال وإيران", "إيران"),
        ("لقاء في عُمان", "عُمان"),
        ("آمریکای لاتین", "آمریکای"),
        ("встреча с Ираном", "Ираном"),
        ("Umman'da görüştü", "Umman"),
    ],
)
def test_evidence_is_the_form_that_stands_in_the_text(text: str, found: str) -> None:
    names = {
        "en": ["Oman"],
        "ar": ["إيران", "عُمان"],
        "fa": ["آمریکا"],
        "ru": ["Иран"],
        "tr": ["Umman"],
    }
    known = lexicon(actor={"one": {"name": "One", "kind": "state", "names": names}})
    assert mentioned(text, known) == [("actor:one", found)]
