"""Sentences unfit for a summary: those that depend on the one before, and boilerplate.

In eight languages: pronouns and connectives that need the sentence before them, and the
boilerplate of pages and feeds.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import re2

_QUOTES: Final = "\"'“„«‘(\\[ "

_OPENERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": (
            r"he|she|it|they|his|her|hers|its|their|theirs|him|them|those|these|such|but|and"
            r"|or|yet"
            r"|however|also|moreover|furthermore|meanwhile|additionally|in addition|instead"
            r"|rather"
            r"|therefore|thus|hence|still|nevertheless|nonetheless|then|so|later|earlier|besides"
            r"|likewise|similarly|this(?! (?:week|month|year|morning|evening|summer|spring|autumn"
            r"|winter|weekend|time))|that|both(?! \w+ and)|neither(?! \w+ nor)|others?"
            r"|another|asked"
            r"|one of (?:them|these|those)|some of (?:them|these|those)|according to (?:him|her"
            r"|them|the (?:report|statement|source|official|agency|spokesman))|for (?:his|her"
            r"|their"
            r"|its) part|on the other hand|as a result|despite (?:this|that|these)|at the "
            r"same time"
            r"|there,|here|since then|in response|in turn|following (?:this|that)|after (?:this"
            r"|that)|because of (?:this|that)|the (?:former|latter|statement|spokes\w+|minister"
            r"|official|diplomat|report|move|announcement|decision|remarks|comments|agency|envoy"
            r"|source|same|document|letter said|pair|incident|ministry)|afterwards?|previously"
            r"|even so|even then|what is more|on that|in that|in this|in his|in her|in their"
            r"|in its"
            r"|at that|at his|by then|for this|for that|with that|with this|to this|to that end"
            r"|now,|again|finally|secondly|second,|third,|first,|for example|for instance"
            r"|in other words|indeed|of course|nor|though|although (?:he|she|they|it)|while (?:he"
            r"|she|they|it)|when (?:he|she|they|it|asked)|if (?:he|she|they|it|so|not)|as "
            r"(?:he|she"
            r"|they|it|such)|because|which|who|whose|where"
        ),
        "ar": (
            r"و?(?:أضاف\w*|تابع\w*|أردف\w*|استطرد\w*|اختتم\w*|زاد|مضى) ?"
            r"|(?:و|ف)(?:هو|هي|هم|هذا|هذه|ذلك|تلك|لكن|كان|كانت|قد|لقد|كذلك|أيضا|بذلك|من ثم"
            r"|منذ|في|من"
            r"|على|عن|إلى|عند|بعد|قبل|كما|إذا|لا|لم|لن|ليس|ليست|إن|أن|أنه|أنها|مع|بحسب|حسب"
            r"|يأتي|تأتي)"
            r"|(?:و|ف)(?:قال|قالت|أكد|أكدت|أوضح|أوضحت|أشار|أشارت|ذكر|ذكرت|شدد|شددت|لفت|لفتت|اعتبر"
            r"|اعتبرت|دعا|دعت|بين|بينت|رأى|أعرب|أعربت|نوه|صرح|صرحت|أفاد|أفادت|نقل|نقلت) (?:إن"
            r"|أن|إلى|على|:|خلال|في"
            r"|ب\w+|عن|إنه|إنها|أنه|أنها)"
            r"|هو|هي|هم|هذا|هذه|ذلك|تلك|لكن|إلا أن|غير أن|بيد أن|كما|فيما|بينما|حيث|ثم|أيضا"
            r"|كذلك|بالإضافة"
            r"|علاوة|إضافة إلى|في المقابل|من جهت\w+|من جانب\w+|بدور\w+|في غضون ذلك|في السياق"
            r"|في سياق"
            r"|إلى ذلك|يذكر أن|يشار إلى|تجدر|جدير|من ناحي\w+|لذلك|لذا|بذلك|عندها|بعدها|قبلها"
            r"|حينها|هنا|هناك"
            r"|الأمر الذي|مما|مؤكدا|مشيرا|موضحا|مضيفا|نفس|ومع ذلك|رغم ذلك|يأتي ذلك|جاء ذلك"
            r"|وفقا له\w*"
        ),
        "fa": (
            r"وی|او|آنها|آن‌ها|ایشان|این(?! (?:هفته|ماه|روزها|بار))|آن|همچنین|اما|ولی|البته"
            r"|بنابراین|لذا|پس"
            r"|از سوی دیگر|از طرف دیگر|در همین حال|در عین حال|به گفته (?:وی|او)|در ادامه"
            r"|همچنان|سپس|نیز|و"
            r"|با این حال|با این وجود|در مقابل|در پاسخ|زیرا|چرا که|چراکه|به همین|علاوه بر"
            r"|طبق این|بر این اساس"
            r"|همین|چنین|در این|در آن|از این|از آن|به این|به آن|با این|بر اساس این|یادآور"
            r"|گفتنی است|شایان ذکر"
            r"|لازم به ذکر|سخنگوی مذکور|نامبرده|در غیر این|بلکه|هرچند|اگرچه|که|تا اینکه"
            r"|همانطور|سرانجام"
            r"|پس از آن|پس از این|پیش از این|پیشتر|پیش‌تر"
        ),
        "he": (
            r"הוא|היא|הם|הן|זה|זאת|זו|אלה|אלו|אך|אבל|אולם|עם זאת|כמו כן|בנוסף|לדבריו|לדבריה"
            r"|לדבריהם|גם"
            r"|ועוד|מנגד|לעומת זאת|בתוך כך|לכן|כך|אז|עוד|בהמשך|לאחר מכן|קודם לכן|למרות זאת"
            r"|בשל כך|במקביל"
            r"|מצדו|מצדה|שם|כאן|לפיו|לפיה|לשאלה|בתגובה|באשר|אותו|אותה|אותם|שהוא|יתרה מזאת"
            r"|לעומתו|מדובר"
            r"|והוא|והיא|והם|וזה|וכי|ואילו|וכן|ולכן|ואולם|ובכל זאת|הלה|השניים|עוד לפני|טרם לכן"
        ),
        "fr": (
            r"il|elle|ils|elles|ce(?! (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
            r"|matin"
            r"|soir|mois))|c'|cela|ceci|ça|cette(?! (?:semaine|année))|cet|ces|celui\w*"
            r"|celle\w*|ceux"
            r"|son|sa|ses|leur|leurs|mais|et|or|donc|car|pourtant|cependant|toutefois|néanmoins"
            r"|de plus|en outre|par ailleurs|aussi|ainsi|puis|ensuite|enfin|en revanche"
            r"|d'autre part"
            r"|de son côté|pour sa part|selon (?:lui|elle|eux)|à ce (?:stade|sujet)|dans ce"
            r"|dans cette"
            r"|malgré (?:cela|tout)|depuis lors|auparavant|plus tôt|là|ici|y|en effet|d'ailleurs"
            r"|interrogée?|alors|dès lors|à l'inverse|au contraire|tous deux|l'un|l'autre|le même"
            r"|la même|le porte parole|le ministre|le communiqué|le texte|le document|le "
            r"responsable"
            r"|ni|quant à"
        ),
        "ru": (
            r"он|она|они|оно|это|этот|эта|эти|этого|этому|этим|при этом|его|её|ее|их|им|ему"
            r"|ей|но|а|и"
            r"|однако|также|кроме того|тем не менее|поэтому|затем|потом|тогда|ранее|по (?:его"
            r"|ее|её|их)"
            r" (?:словам|мнению|данным)|в свою очередь|вместе с тем|так|такие|такой|такое|такая"
            r"|между тем|тем временем|впрочем|зато|более того|там|здесь|тот|та|те|то|после этого"
            r"|до этого|в этом|в этой|на этом|для этого|об этом|с этим|к тому же|помимо "
            r"(?:этого|того)"
            r"|напротив|наконец|например|дипломат|министр|политик|чиновник|собеседник|последний"
            r"|оба|обе|в частности|отмечается|сообщается|уточняется|напомним|в результате"
            r"|следом|же"
        ),
        "tr": (
            r"o|onlar|bu(?! (?:hafta|ay|yıl|sabah|akşam))|bunlar|bunun|buna|bunu|bundan"
            r"|bunlara|şu"
            r"|ancak|ama|fakat|lakin|ve|ayrıca|bununla|öte yandan|daha sonra|sonra|böylece"
            r"|yine de"
            r"|onun|onu|ona|onların|kendisi|söz konusu|diğer yandan|diğer taraftan|bu arada"
            r"|üstelik"
            r"|zira|çünkü|nitekim|dolayısıyla|buna karşılık|buna rağmen|aynı (?:zamanda|şekilde)"
            r"|orada|burada|böyle|öyle|ardından|öncesinde|sözcü,|bakan,|yetkili,|her iki|ikisi de"
            r"|konuşmasının|açıklamasında|konuşmasında|sözlerine|sözlerini|kaynak,|hatta|oysa"
        ),
        "de": (
            r"er|sie|es|dies|diese[rsnm]?|das (?:ist|war|sei|wäre|hat|habe|wird|würde|sagte"
            r"|teilte"
            r"|berichte\w*|gab|gilt|heißt)|sein|seine[rsnm]?|ihr|ihre[rsnm]?|ihm|ihn|ihnen"
            r"|aber|und"
            r"|doch|jedoch|allerdings|außerdem|zudem|auch|dann|danach|darauf\w*|dabei|damit|dafür"
            r"|dagegen|daher|deshalb|deswegen|trotzdem|dennoch|denn|weiter|weiterhin|zuvor"
            r"|inzwischen"
            r"|unterdessen|so|dort|hier|letztere[rsnm]?|beide|darüber|dazu|daran|darin|davon|dem"
            r"|den(?= (?:angaben|worten))|demnach|derweil|ferner|hingegen|indes|jene[rsnm]?"
            r"|nun|oder"
            r"|sondern|somit|später|überdies|vielmehr|während(?:dessen)|der (?:sprecher|minister"
            r"|politiker|diplomat)|die sprecherin|in (?:diesem|dieser)|nach (?:diesem|dieser)"
            r"|bei (?:diesem|dieser)|solche\w*|gleichzeitig|zugleich|schließlich|ebenso|ebenfalls"
        ),
    }
)

_SAID_BY_NOBODY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": (
            r"[,”\"?!] (?:(?:he|she|they|it) (?:also )?(?:said|added|told|says|noted"
            r"|continued|warned"
            r"|explained|wrote|stressed|insisted|claimed|stated|tweeted|argued|concluded|asked)"
            r"|(?:said|added) (?:he|she|they|the (?:official|spokes\w+|source|diplomat"
            r"|minister)))"
        ),
        "fr": r"(?:a|ont)[- ]t[- ](?:il|elle|ils|elles) \w+|(?:dit|ajoute|affirme)[- ]t?-?(?:il"
        r"|elle)",
        "de": (
            r"[,“\"] (?:sagte|erklärte|betonte|fügte|sagt|so|hieß|meinte|ergänzte) (?:er|sie"
            r"|es)\b"
            r"|(?:sagte|erklärte|betonte) (?:er|sie)[.,]"
        ),
        "ru": (
            r"(?:сказал|сказала|добавил|добавила|отметил|отметила|подчеркнул|подчеркнула|заявил"
            r"|заявила|пояснил|пояснила|уточнил|уточнила|считает|заключил) (?:он|она|они|дипломат"
            r"|политик|министр|собеседник)"
            r"|[,»] ?[—–-] (?:сказал|сказала|добавил|добавила|отметил|отметила|подчеркнул"
            r"|заявил|пояснил"
            r"|уточнил)[а]?[.]"
        ),
        "tr": (
            r"[”\"»] (?:dedi|diye konuştu|diye ekledi|ifadesini kullandı|ifadelerini kullandı"
            r"|şeklinde konuştu|değerlendirmesinde bulundu)[.]"
        ),
        "he": r"[,\"”] (?:אמר|אמרה|הוסיף|הוסיפה|ציין|ציינה|הדגיש|הדגישה)(?: הוא| היא)?[.]",
    }
)


def _with_or_without_hamza(words: str) -> str:
    return words.replace("أ", "[أا]").replace("إ", "[إا]")


_AIR: Final = {
    language: re.compile(rf"[{_QUOTES}]*(?:{_with_or_without_hamza(words)})(?!\w)", re.IGNORECASE)
    for language, words in _OPENERS.items()
}
_AIR_INSIDE: Final = {
    language: re.compile(words, re.IGNORECASE) for language, words in _SAID_BY_NOBODY.items()
}
# Arabic and Hebrew write "and" onto the next word; these words begin with that letter themselves.
_AND: Final = {
    "ar": re.compile(
        r"و(?!زير|زارة|زراء|اشنطن|فد|كال|سط|صل|قع|افق|صف|جه|عد|لي|حد|ثيق|ساط|سائل|فق|قف"
        r"|جود|رد|ضع|فاة"
        r"|سيط|لاي|قت|جوه|رق|زن|رش|يتكوف|يتكو|ي\w*تر|(?:قال|أكد|أوضح|أشار|ذكر|شدد|لفت"
        r"|أعلن|نقل|صرح)ت? (?!إن|أن))\w"
    ),
    "he": re.compile(r"ו(?!ושינגטון|ועד|ועיד|ינה|טיקן|יטקוף|ונס|ותיק|ילה|טו|אקום)[א-ת]"),
}

_BOILERPLATE: Final = re2.compile(
    r"(?i)read (?:more|the full|also|next|:)|continue reading|read on|the post "
    r".{0,200}appeared first"
    r"|appeared first on|subscrib|sign up|newsletter|click here|follow (?:us|@)"
    r"|^\W*(?:photo|image|file"
    r"|picture|credit|caption|video|watch|listen|source|tags?|topics?|related|share|advertisement"
    r"|updated?|published|posted|by|via|correction|editor's note|live|more)\W*:|file photo"
    r"|getty images?|©|copyright|all rights reserved|https?://|www\.|@\w+|\bt\.me/|#\w+ #\w+"
    r"|(?:reporting|writing|editing|additional reporting) by|press (?:esc|enter)"
    r"|enable javascript"
    r"|cookies?\b|view (?:comments|in browser)|leave a comment|this (?:article"
    r"|story) (?:was|has|is|first|originally)"
    r"|originally published|terms of (?:use|service)|privacy policy|listen to the"
    r"|download (?:the|our)"
    r"|^\W*\(?(?:ap|afp|reuters|epa|upi|xinhua|irna|isna|dpa|tass)\b[^.]{0,30}\)?\W*$"
    r"|\((?:photo|image|picture|ap photo|afp photo|reuters/)[^)]*\)?|pictured|seen "
    r"here|in this (?:photo|image|picture)"
    r"|\w+['’]s [\w ]{3,40} (?:reports?(?: from [\w ,]+)?|explains|reacts[\w ]*|has "
    r"more|has the details|looks at[\w ,]*|joins [\w ]+)\.$"
    r"|is a (?:reporter|correspondent|journalist|columnist)|comments? \(\d+\)"
    r"|points: \d|article url"
    r"|support (?:us|our|the channel)|patreon|merch\b|sponsor|affiliate|discount"
    r"|promo code|podcast"
    r"|اقرأ (?:أيضا|أيضًا|المزيد)|للمزيد|تابعونا|تابعنا|اشترك|شاهد أيضا|حقوق النشر"
    r"|بیشتر بخوانید|ادامه مطلب"
    r"|انتهای پیام|کد خبر|عضو شوید|کانال تلگرام|منبع:|המשך (?:קריאה|לקרוא)|קרא(?:ו)? "
    r"עוד|לכתבה המלאה|הירשמו|צילום:"
    r"|lire (?:la suite|aussi|également)|abonnez|crédit photo|inscrivez|newsletter"
    r"|читать (?:далее|полностью)|читайте также|подпис(?:аться|ывайтесь|ывай)|фото:|источник:"
    r"|devamını oku|haberin devamı|abone ol|fotoğraf:|bizi takip|mehr (?:lesen|dazu)|weiterlesen"
    r"|lesen sie|abonnieren|foto:|bild:|hier klicken"
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# Where a report was written and who wrote it, before its first word: MUSCAT (Reuters) -
DATELINE: Final = re.compile(
    r"(?:[^\W\d_a-z][^()\n.!?:]{0,50} ?)?\((?:[^()\n]{0,20}\b)?(?:AP|AFP|Reuters"
    r"|REUTERS|dpa|DPA|EFE|UPI|IRNA"
    r"|ISNA|Xinhua|TASS|ANSA|Anadolu|AA|رويترز|أ ف ب|أ\.ف\.ب|فرانس برس|د ب أ"
    r"|КОММЕРСАНТ|ТАСС|РИА[^)]*)"
    r"[^()\n]{0,20}\) ?(?:[-–—:]+ ?)?"
    r"|[A-ZÇĞİÖŞÜ][A-ZÇĞİÖŞÜ .,/'-]{2,40}(?:, [A-Z][a-z]{2,8}\.? \d{1,2})? ?(?:[–—]|--?)+ (?=\S)"
)


def in_the_air(sentence: str, languages: Iterable[str]) -> bool:
    """Whether a sentence depends on the one before it, in any of some languages."""
    if _is_bare_quotation(sentence):
        return True
    for told in languages:
        inside = _AIR_INSIDE.get(told)
        if _AIR[told].match(sentence) or (inside and inside.search(sentence)):
            return True
        leading_and = _AND.get(told)
        if leading_and and leading_and.match(sentence):
            return True
    return False


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence is boilerplate of the page and no news."""
    return _BOILERPLATE.search(_SURROGATE.sub(" ", sentence)) is not None


def _is_bare_quotation(sentence: str) -> bool:
    return (
        sentence[0] in '"“«„”'
        and sentence.rstrip(".!?،,…؟ ")[-1:] in '"”»“'
        and not any(mark in sentence[1:-3] for mark in '"”»')
    )
