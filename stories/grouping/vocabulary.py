"""Function words, numerals, days, turns and cities in eight languages, normalised.

Words of two languages cannot be compared; these can, once they stand for the same thing.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from rules import normalise

_STOP: Final = {
    "en": """a an the and or but if of in on at to for from by with as is are was were be been being
        has have had do does did will would can could may might shall should must not no nor it its
        he she they him his her hers their them this that these those who whom whose which what when
        where how why than then there here into over under after before between about against during
        out up down off again more most other some such only own same so too very just also while
        because since until all any both each few one i you we your our us me my says said say
        according told amid via per yet even still now""",
    "fr": """le la les un une des du de d l et ou mais si en dans sur au aux a à pour par avec sans
        est sont était étaient être été ont avait avaient ne pas plus ce cet cette ces il elle ils
        elles leur leurs son sa ses se s qui que qu dont où n y après avant entre selon comme sous
        lors depuis contre""",
    "de": """der die das den dem des ein eine einen einem einer eines und oder aber wenn in im an am
        auf aus bei mit nach von vom zu zum zur für über unter um ist sind war waren sein hat haben
        hatte hatten wird werden wurde wurden nicht kein keine er sie es ihr ihre ihren seine seinen
        sich dass wie als auch noch nur durch vor bis seit laut""",
    "tr": """ve veya ama bir bu şu o da de ile için gibi kadar sonra önce göre olarak olan oldu
        olduğunu dedi değil çok daha en ise her ki mi üzere""",
    "ru": """и или но а в во на с со к ко по из за от до для при о об обо у не ни что чтобы как это
        этот эта эти тот он она они его её их был была было были быть есть будет также уже после
        перед между под над если то же ли бы который которая которые котором сообщил сообщила
        сообщили заявил заявила заявили""",
    "ar": """في من على الى إلى عن مع بعد قبل بين هذا هذه ذلك تلك التي الذي الذين ان أن إن كان كانت
        قد لا لم لن ما هو هي هم او أو ثم حيث كما قال قالت اي أي كل عند عبر حول ضد دون و أكد أعلن
        وقال وقالت""",
    "fa": """و در به از که با این آن را برای است بود شد شده می‌شود کرد کرده کردند خود تا بر هم یا
        اما اگر نیز هر یک های ها می بین پس پیش درباره روی چه گفت گفته اعلام باشد خواهد دارد دارند
        نیست""",
    "he": """של על את עם אל כי לא גם או אבל אם זה זאת זו הוא היא הם הן היה היתה היו יש אין כל בין
        אחרי לפני עד כמו רק אמר אמרה לאחר""",
}
_NUMBERS: Final = {
    "2": "two deux zwei iki два две двух اثنان اثنين اثنتين دو שני שתי",
    "3": "three trois drei üç три трех трёх ثلاثة ثلاث سه שלושה שלוש",
    "4": "four quatre vier dört четыре четырех أربعة أربع چهار ארבעה ארבע",
    "5": "five cinq fünf beş пять пяти خمسة خمس پنج חמישה חמש",
    "6": "six sechs altı шесть шести ستة ست شش שישה שש",
    "7": "seven sieben yedi семь семи سبعة سبع هفت שבעה שבע",
    "8": "eight huit acht sekiz восемь восьми ثمانية ثماني هشت שמונה",
    "9": "nine neuf neun dokuz девять девяти تسعة تسع תשעה תשע",
    "10": "ten dix zehn десять десяти عشرة عشر ده עשרה עשר",
    "11": "eleven onze elf одиннадцать одиннадцати",
    "12": "twelve dozen douze zwölf двенадцать двенадцати",
    "20": "twenty vingt zwanzig yirmi двадцать двадцати عشرون عشرين بیست עשרים",
    "30": "thirty trente dreißig otuz тридцать тридцати ثلاثون ثلاثين سی שלושים",
    "2th": """second secondly deuxième zweite zweiten zweiter ikinci второй второго второму второе
        вторая الثاني الثانية دوم שני השנייה השני""",
    "3th": """third troisième dritte dritten dritter üçüncü третий третьего третьем третья الثالث
        الثالثة سوم השלישי השלישית""",
    "4th": """fourth quatrième vierte vierten vierter dördüncü четвертый четвёртый четвертого
        четвертом четвертая الرابع الرابعة چهارم הרביעי הרביעית""",
    "5th": """fifth cinquième fünfte fünften fünfter beşinci пятый пятого пятом пятая الخامس
        الخامسة پنجم החמישי החמישית""",
    "6th": """sixth sixième sechste sechsten sechster altıncı шестой шестого шестом шестая السادس
        السادسة ششم השישי השישית""",
    "7th": """seventh septième siebte siebten siebter yedinci седьмой седьмого седьмом السابع
        السابعة هفتم השביעי השביעית""",
    "8th": """eighth huitième achte achten achter sekizinci восьмой восьмого восьмом الثامن الثامنة
        هشتم השמיני השמינית""",
    "9th": """ninth neuvième neunte neunten neunter dokuzuncu девятый девятого девятом التاسع
        التاسعة نهم התשיעי התשיעית""",
    "10th": """tenth dixième zehnte zehnten zehnter onuncu десятый десятого десятом العاشر العاشرة
        دهم העשירי העשירית""",
}
_DAYS: Final = {
    "mon": """monday lundi montag montagabend pazartesi понедельник понедельника الاثنين
        الإثنين دوشنبه""",
    "tue": "tuesday tues mardi dienstag dienstagabend salı вторник вторника الثلاثاء سه‌شنبه",
    "wed": """wednesday mercredi mittwoch mittwochabend çarşamba среду среда среды الأربعاء
        چهارشنبه""",
    "thu": "thursday jeudi donnerstag donnerstagabend perşembe четверг четверга الخميس پنجشنبه",
    "fri": "friday vendredi freitag freitagabend cuma пятницу пятница пятницы الجمعة جمعه",
    "sat": "saturday samedi samstag sonnabend cumartesi субботу суббота субботы السبت",
    "sun": "sunday dimanche sonntag sonntagabend воскресенье воскресенья الأحد یکشنبه",
}
_TURNS: Final = {
    "begins": """begin begins began begun start starts started opens opened resume resumes
        resumed commence commences commenced débute débutent débuté commencé reprise
        reprennent reprend reprises ouvrent beginnen begonnen beginnt fortgesetzt wiederaufgenommen
        başladı başlıyor yeniden начались начался начали начинаются возобновились возобновили
        открылись بدأت بدأ بدء انطلاق انطلقت استئناف تستأنف استؤنفت آغاز ازسرگیری شروع החלו נפתחו
        חודשו חידוש""",
    "ends": """end ends ended conclude concludes concluded finish finished wrap wrapped wraps
        closed closes terminé terminés terminée achevé achève achevés conclu conclus clos beendet
        endet enden endeten abgeschlossen sona bitti tamamlandı завершился завершились завершена
        завершен завершён завершили закончились окончены انتهاء انتهت انتهى اختتام اختتمت اختتم
        پایان خاتمه הסתיימו הסתיים הסתיימה""",
    "delayed": """postpone postponed postpones delayed adjourned deferred reporté reportés
        reportée ajourné verschoben vertagt ertelendi отложен отложены отложили перенесены
        перенесен تأجيل تأجلت إرجاء تعویق נדחו נדחתה דחיית""",
}
_CITIES: Final = {
    "muscat": "muscat mascate maskat muskat маскат маскате маскатом مسقط מוסקט מסקט",
    "rome": "rome rom roma рим риме римом روما رم רומא",
    "geneva": "geneva genève genf cenevre женева женеве женевой جنيف ژنو ז'נבה",
    "vienna": "vienna vienne wien viyana вена вене веной فيينا وین וינה",
    "doha": "doha доха дохе дохой الدوحة دوحه דוחא",
    "paris": "париж париже باريس پاریس פריז",
    "istanbul": "istanbul istanbul'da стамбул стамбуле إسطنبول اسطنبول استانبول איסטנבול",
    "cairo": "cairo caire kairo kahire каир каире القاهرة قاهره קהיר",
    "baghdad": "baghdad bagdad bağdat багдад багдаде بغداد בגדאד",
    "islamabad": "islamabad исламабад исламабаде إسلام\u200cآباد اسلام\u200cآباد איסלאמבאד",
    "oslo": "oslo осло أوسلو اسلو אוסלו",
    "zurich": "zurich zürich цюрих цюрихе زيورخ زوریخ ציריך",
    "riyadh": "riyadh riyad riad эр-рияд الرياض ریاض ריאד",
    "abu-dhabi": "dhabi dabi даби ظبي ابوظبی דאבי",
    "new-york": "york йорк йорке نيويورك نیویورک יורק",
    "brussels": "brussels bruxelles brüssel brüksel брюссель брюсселе بروكسل بروکسل בריסל",
    "isfahan": "isfahan esfahan ispahan исфахан исфахане أصفهان اصفهان אספהאן",
    "natanz": "natanz natans натанз натанзе نطنز נתנז",
    "fordow": "fordow fordo фордо فوردو فردو פורדו",
    "bushehr": "bushehr buschehr buşehr бушер бушере بوشهر בושהר",
}


def _words(text: str) -> Iterator[str]:
    for word in text.split():
        yield normalise(word).replace("'", "")


def _keys(table: Mapping[str, str]) -> dict[str, str]:
    return {word: key for key, text in table.items() for word in _words(text)}


STOP_WORDS: Final = {language: frozenset(_words(text)) for language, text in _STOP.items()}
ALL_STOP_WORDS: Final = frozenset[str]().union(*STOP_WORDS.values())
NUMBERS: Final = _keys(_NUMBERS)
DAYS: Final = _keys(_DAYS)
TURNS: Final = _keys(_TURNS)
NO_TURN_AFTER: Final = frozenset(_words("by the to at before until تا"))
NO_TURN_BEFORE: Final = frozenset(_words("of"))
CITIES: Final = _keys(_CITIES)
