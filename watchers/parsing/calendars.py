"""Months by name in the languages of news, and the Solar Hijri calendar of Iran and Afghanistan."""

import unicodedata
from datetime import date
from functools import lru_cache

# Of CLDR, wide and abbreviated, with spellings that were met beside them; shaped as `shaped` does,
# "_" for a space. What is one month here and another there (listopad, lipanj's lip) is in neither.
_NAMES = (
    (
        "ene enero gen gener gennaio ian ianuarie jaan jaanuar jan janaayo janar janeiro "
        "jannaayo janner januar januara januari january janv janvaris janvier led leden ledna "
        "oca ocak rbn rebendan saus sausio sausis sij sijecanj sijecnja sty styczen stycznia "
        "tammi tammikuu tammikuuta yan yanvar yanwar ιαν ιανουαριοσ ιανουαριου сту студзень "
        "студзеня січ січень січня янв январ январь января яну януари јан јануар јануари қаң "
        "қаңтар հնվ հունվար հունվարի ינואר ינו׳ جانفی جنو جنوری ژانویه کانون_الثانی "
        "کانون_ثانی ینایر जनवरी जन॰ জান জানযারী იან იანვარი "
    ),
    (
        "feb febbr febbraio febr febraayo febrer febrero februar februara februari februarie "
        "februaris february fev fevereiro fevr fevral fevrier few fewral helmi helmikuu "
        "helmikuuta lut lutego luty sbt shk shkurt sibat sub subat uno unor unora vas vasario "
        "vasaris veebr veebruar velj veljaca veljace φεβ φεβρουαριοσ φεβρουαριου ақп ақпан "
        "лют лютага лютии лютого люты феб фебруар фев февр феврал февраль февраля февруари "
        "փետրվար փետրվարի փտվ פברואר פבר׳ شباط فبرایر فبروری فروری فوریه فیفری فېبروری फरवरी "
        "फर॰ ফেব ফেবরযারী თებ თებერვალი "
    ),
    (
        "adar adr bre brezen brezna kov kovas kovo maalis maaliskuu maaliskuuta maarso maart "
        "mac machi maerz mar marc marca march marcius marco marec maret mars mart martie "
        "marts marz marzec marzo mrt mrz ozu ozujak ozujka μαρ μαρτιοσ μαρτιου бер березень "
        "березня мар март марта нау наурыз сак сакавік сакавіка մարտ մարտի մրտ מרץ ادار اذار "
        "مارس مارچ मारच মারচ მარ მარტი "
    ),
    (
        "abr abriil abril apr aprel april aprila aprile aprili aprilie aprilis aprill avr "
        "avril bal balandis balandzio dub duben dubna huhti huhtikuu huhtikuuta kwi kwiecien "
        "kwietnia nis nisan nsn pri prill tra travanj travnja απρ απριλιοσ απριλιου апр апрел "
        "апрель апреля април квіт квітень квітня кра красавік красавіка сәу сәуір ապր ապրիլ "
        "ապրիլի אפריל אפר׳ ابریل افریل اوریل اپریل نیسان अपरल এপরি এপরিল აპრ აპრილი "
    ),
    (
        "geg geguze geguzes gln gulan kve kveten kvetna maayo mag maggio mai maig maijs maio "
        "maj maja majus may mayis mayo mei svi svibanj svibnja touko toukokuu toukokuuta μαι "
        "μαιοσ μαιου маи мам мамыр мая мај трав травень травня մայիս մայիսի մյս מאי ایار مای "
        "مایو مه می میی مۍ मई মে მაი მაისი "
    ),
    (
        "birz birzelio birzelis cerven cervna cvn cze czerwca czerwiec giu giugno haz haziran "
        "heziran hzr iun iunie iyn iyun juin jun juna june junho juni junij junijs junio "
        "junius juny juun juuni kesa kesakuu kesakuuta lipanj lipnja qer qershor ιουν ιουνιοσ "
        "ιουνιου июн июнь июня мау маусым черв червень червня чэр чэрвень чэрвеня юни јун "
        "јуни հնս հունիս հունիսի יוני جوان جون حزیران ژوین یونیو जन জন ივნ ივნისი "
    ),
    (
        "cervence cervenec cvc giul heina heinakuu heinakuuta iul iulie iyl iyul juil juill "
        "juillet jul jula julai julho juli julij julijs julio juliol julius july juuli korr "
        "korrik liep liepa liepos lipca lipiec lug luglio lul luulyo srpanj srpnja tem temmuz "
        "tirmeh trm ιουλ ιουλιοσ ιουλιου июл июль июля лип липень липня ліп ліпень ліпеня шіл "
        "шілде юли јул јули հլս հուլիս հուլիսի יולי تموز جول جولای جولایی جویلیه ژوییه یولیو "
        "یولیوز जलाई जल॰ জল জলাই ივლ ივლისი "
    ),
    (
        "ag ago agost agosti agosto agu agustos agustus aou aout aug august augusta augusti "
        "augusts augustus augusztus avg avgust avq avqust awg awgust elo elokuu elokuuta gush "
        "gusht kol kolovoz kolovoza ogo ogos ogosto ogs rugp rugpjucio rugpjutis sie sierpien "
        "sierpnia srpen srpna tbx tebax αυγ αυγουστοσ αυγουστου авг август августа жні "
        "жнівень жніуня серп серпень серпня там тамыз օգոստոս օգոստոսի օգս אוגוסט אוג׳ اب "
        "اغسطس اوت اګست اگست اگوست غشت अगसत अग॰ আগ আগসট აგვ აგვისტო "
    ),
    (
        "eyl eylul iln ilon rugs rugsejis rugsejo ruj rujan rujna seb sebteembar sebtembar "
        "sen sentabr sentyabr sep sept septemba septembar september septembra septembre "
        "septembrie septembris septiembre set setembre setembro sett settembre sht shtator "
        "syys syyskuu syyskuuta szept szeptember wrz wrzesien wrzesnia zar zari σεπ "
        "σεπτεμβριοσ σεπτεμβριου вер верасень верасня вересень вересня сен сент сентябр "
        "сентябрь сентября сеп септембар септември қыр қыркүиек սեպ սեպտեմբեր սեպտեմբերի "
        "ספטמבר ספט׳ ایلول سبتمبر ستمبر سپتامبر سپتمبر سېپتمبر شتنبر सितबर सित॰ সেপ সেপটেমবর "
        "სექ სექტემბერი "
    ),
    (
        "cot cotmeh eki ekim loka lokakuu lokakuuta oct october octobre octombrie octubre okt "
        "oktabr oktoba oktobar oktober oktobra oktobris oktoobar oktoober oktyabr ott ottobre "
        "out outubro paz pazdziernik pazdziernika rij rijen rijna spal spalio spalis tet "
        "tetor οκτ οκτωβριοσ οκτωβριου жовт жовтень жовтня кас кастрычнік кастрычніка окт "
        "октобар октомври октябр октябрь октября қаз қазан հոկ հոկտեմբեր հոկտեմբերի אוקטובר "
        "אוק׳ اکتبر اکتوبر تشرین_الاول تشرین_اول अकटबर अकट॰ অকটো অকটোবর ოქტ ოქტომბერი "
    ),
    (
        "kas kasim lapkr lapkricio lapkritis listopadu marras marraskuu marraskuuta mijdar "
        "mjd nen nentor nof noiembrie noofeembar nov novemba novembar november novembra "
        "novembre novembris novembro noviembre noy noyabr stu studeni studenoga νοε νοεμβριοσ "
        "νοεμβριου лист листопад листопада ліс лістапад лістапада нов новембар ное ноември "
        "ноя нояб ноябр ноябрь ноября қар қараша նոյ նոյեմբեր նոյեմբերի נובמבר נוב׳ "
        "تشرین_الثانی تشرین_ثانی نوامبر نوفمبر نومبر نونبر नवबर नव॰ নভে নভেমবর ნოე ნოემბერი "
    ),
    (
        "ara aralik berfanbar brf dec decembar december decembra decembre decembrie decembris "
        "dek dekabr des desemba desember desembre dets detsember dez dezember dezembro dhj "
        "dhjetor dic dicem dicembre diciembre dis diseembar disember gru grudnia grudzien "
        "gruod gruodis gruodzio joulu joulukuu joulukuuta pro prosinac prosinca prosince "
        "prosinec δεκ δεκεμβριοσ δεκεμβριου груд грудень грудня дек декабр декабрь декабря "
        "декември дец децембар жел желтоқсан сне снежань снежня դեկ դեկտեմբեր դեկտեմբերի "
        "דצמבר דצמ׳ دجنبر دسامبر دسم دسمبر دیسمبر کانون_الاول کانون_اول दिसबर दिस॰ ডিসে "
        "ডিসেমবর დეკ დეკემბერი "
    ),
)
_SOLAR_NAMES = (
    "فروردین حمل وری", "اردیبهشت ثور غویی", "خرداد جوزا غبرگولی", "تیر سرطان چنگاش",
    "مرداد امرداد اسد زمری", "شهریور سنبله وږی", "مهر میزان تله", "ابان عقرب لړم",
    "اذر قوس لیندی", "دی جدی مرغومی", "بهمن دلو سلواغه", "اسفند حوت کب",
)  # fmt: skip


# Letters of Persian and Arabic that are typed for one another, the dotless i of Turkish, dashes.
_ALIKE = str.maketrans("يىكةھı،\u2010\u2011\u2012\u2013\u2014\u2212", "ییکههi,------")
_NO_WORDS = frozenset({"de", "del", "di", "do", "da", "of", "the"})
_SOLAR_YEARS = range(1300, 1500)


def shaped(text: str) -> str:
    """The text with what typists leave out or vary (accents, joiners, dashes) made the same."""
    if text.isascii():
        return text
    marked = unicodedata.normalize("NFKD", text)
    bare = "".join(one for one in marked if unicodedata.category(one) not in {"Mn", "Cf"})
    return unicodedata.normalize("NFKC", bare).translate(_ALIKE)


@lru_cache(maxsize=500)
def named_day(year: int, name: str, day: int) -> date | None:
    """The day of a month that is named in any language; None where there is none.

    `name` is shaped, and may have a weekday before it and small words around it.
    """
    gregorian, solar = _number_of(name, _MONTHS), _number_of(name, _SOLAR_MONTHS)
    if (year in _SOLAR_YEARS) != bool(solar):
        return None
    return numbered_day(year, solar or gregorian, day)


def numbered_day(year: int, month: int, day: int) -> date | None:
    """The day by its numbers, Solar Hijri where the year is of our days there."""
    try:
        return _of_solar(year, month, day) if is_solar(year) else date(year, month, day)
    except ValueError:
        return None


def is_solar(year: int) -> bool:
    """Whether news of our days has this year in the Solar Hijri calendar alone."""
    # The lunar calendar's years, some forty ahead of these, come out as the future: as no date.
    return year in _SOLAR_YEARS


def _of_solar(year: int, month: int, day: int) -> date:
    before = (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    ordinal = _solar_year(year) + before + day
    longest = 31 if month < 7 else 30
    if not (1 <= month <= 12 and 1 <= day <= longest and ordinal <= _solar_year(year + 1)):
        raise ValueError
    return date.fromordinal(ordinal)


def _solar_year(year: int) -> int:
    """The ordinal of the day before a year's first: eight leap years in 33."""
    year += 1_595
    return 365 * year + year // 33 * 8 + (year % 33 + 3) // 4 - 356_033


def _number_of(name: str, months: dict[str, int]) -> int:
    found = {_number_of_one(one, months) for one in name.split("/")} - {0}
    return found.pop() if len(found) == 1 else 0


def _number_of_one(name: str, months: dict[str, int]) -> int:
    words = [word for word in name.replace(".", " ").replace("-", " ").split() if word]
    words = [word for word in words if word not in _NO_WORDS]
    # A weekday may stand before it; of months in two words, each alone is another or none.
    for count in (2, 1):
        if number := months.get(" ".join(words[-count:])):
            return number
    return 0


def _numbered(rows: tuple[str, ...]) -> dict[str, int]:
    return {
        shaped(name).replace("_", " "): number
        for number, names in enumerate(rows, 1)
        for name in names.split()
    }


_MONTHS = _numbered(_NAMES)
_SOLAR_MONTHS = _numbered(_SOLAR_NAMES)
