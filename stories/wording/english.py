"""Patterns of denying and confirming in English."""

from typing import Final

from stories.wording.form import wording

_CLAIM = (
    "(?:reports?|reporting|claims?|allegations?|accusations?|rumou?rs?|story|stories|news"
    "|speculation|suggestions?|assertions?|insinuations?|charges?|leaks?|articles?"
    "|statements?"
    "|remarks|comments)"
)
_OFFER = (
    "(?:offers?|proposals?|questions?|calls?|talks|negotiations?|deal|bid|call|calls"
    "|demands?|requests?)"
)
_UNTRUE = (
    "(?:false|untrue|not true|baseless|unfounded|groundless|fabricat(?:ed|ion)s?"
    "|fake(?: news)?"
    "|fiction|fictitious|nonsense|(?:a |an outright )?lies?|misleading|inaccurate"
    "|not accurate"
    "|incorrect|bogus|rubbish|invented|made up|a hoax|wrong|without (?:any )?"
    "(?:basis|foundation|merit)|pure speculation|not correct)"
)
_VERY = (
    "(?:completely |totally |entirely |categorically |simply |absolutely |utterly "
    "|both |pure "
    "|purely |wholly |outright |complete |total )?"
)
_TALKS = (
    "(?:talks|negotiations?|contacts?|meetings?|deal|agreement|exchange|swap|dialogue|channels?)"
)
_DENY = "(?:deny|denies|denied|denying)"
_CLAIMED = (
    f"(?:{_CLAIM}|that|any|having|being|it|its|they|he|she|there|involvement|role|links?"
    r"|\w+ing|plans?|plot|deal|talks|wrongdoing)"
)
_REFUSED = (
    "(?:bail|entry|access|visas?|permission|parole|requests?|asylum|medical|medicine|rights?"
    "|opportunity|chance|landing|overflight|permits?|credentials|service|aid|consular"
    "|lawyers?"
    "|counsel|leave|furlough|exit|clemency|appeal|waivers?|boarding|accreditation|licen[cs]e"
    "|care|extradition|citizenship|justice|tenure|motions?|petitions?|bids?"
    "|termination|abortion"
    "|treatment|medication|retrial|pleas?|applications?|reentry|loans?)"
)
_VERB = (
    r"(?:confirm\w*|acknowledg\w*|admit\w*|deny|denies|denied|denying|reject\w*"
    r"|dismiss\w*)"
)
_TAKING_PLACE = (
    "(?:held|exists?|took place|taking place|taken place|under ?way|reached|ongoing"
    "|happened|going on"
    "|has been|have been|exists?|occurred)"
)
ENGLISH: Final = wording(
    claim=_CLAIM,
    denies=(
        "denies|denied|deny|(?<=, )denying",
        r"issues? (?:a |an )?(?:\w+ )?denial|join(?:s|ed) ~4in denying",
        r"(?:rush\w*|mov\w+|quick|forced|hasten\w*|hurr\w+) to deny",
        (
            "(?:rejects?|rejected|dismiss(?:es|ed)?|rebuts?|rebutted|disputes?|disputed"
            "|repudiates?|rubbish(?:es|ed)|quash(?:es|ed)|shoots? down"
            "|shot down|push(?:es|ed) back (?:on|against)|plays? down|scoffs? at|brush(?:es"
            "|ed) (?:off|aside)"
            "|(?:pours?|throws?) cold water on|casts? (?:\\w+ )?doubts? (?:on|over))"
            f'"? (?:(?!{_OFFER}(?!\\w))[^\\s,;:]+ ){{0,8}}?{_CLAIM}'
        ),
        "refutes?|refuted|debunks",
        (
            "(?:slams?|blasts?|condemns?|denounces?|decries|rejects?|dismiss(?:es|ed)?)"
            f' ~1"?{_UNTRUE}"? (?:\\w+ )?{_CLAIM}'
        ),
        (
            "(?:calls?|called|describes?|described|labels?|labelled|labeled|brands?|branded"
            "|terms?"
            "|termed|dismiss(?:es|ed)?|rejects?|rejected|slams?|denounces?|denounced)"
            f' (?:[^\\s,;:]+ ){{1,12}}?(?:as )?"?{_VERY}"?{_UNTRUE}'
        ),
        (
            "(?:says?|said|insists?|insisted) it (?:did not|didn't|has not|hasn't|has never"
            "|never|had not|had never|hadn't) (?:ever )?(?:hold|held|meet|met|receive[d]?"
            "|agreed?|reach(?:ed)?|send|sent|request(?:ed)?|asked|negotiated?|talked"
            "|exchanged?|signed)"
        ),
    ),
    untrue=(
        (
            rf'{_CLAIM} ?(?:[^\s;:]+ ){{0,14}}?(?:(?:is|are|was|were|being|be|as|it|all) "?'
            rf'|"){_VERY}"?'
            f"{_UNTRUE}"
        ),
        rf"{_CLAIM} ?(?:[^\s;:]+ ){{0,12}}?{_VERY}{_UNTRUE}(?=[,;:.!]|$| say| said| accord)",
        rf'(?<="){_VERY}{_UNTRUE}(?= ?(?:and \w+ ?)?[,.!]?".*{_CLAIM})',
        rf'{_UNTRUE}(?="?,? (?:says?|said) ~6(?:of|about|on|to) ~3{_CLAIM})',
        (
            r"(?:there (?:is|was)|sees?|finds?) (?:absolutely )?no (?:truth|basis)"
            " (?:to|in|for)"
            "|no truth (?:to|in)"
        ),
        rf"there (?:is|are|was|were|has been|have been) no ~2{_TALKS}",
        rf"no ~3{_TALKS} (?:[^\s,;:]+ ){{0,8}}?{_TAKING_PLACE}",
        (
            rf"{_TALKS} (?:[^\s,;:]+ ){{0,6}}?(?:did not|didn't|never|have not|has not) "
            "(?:taken? place|took place|happen(?:ed)?)"
        ),
    ),
    confirms=(
        (
            "confirms?|confirmed|acknowledges?|acknowledged|admits?|admitted|(?<=, "
            ")confirming"
            "|corroborates?|corroborated"
        ),
    ),
    neutral=(
        (
            r"(?:neither|not|\w+n't|never|cannot|without|nor|no longer|yet to|unable to"
            r"|declin\w+ to|refus\w+ to|fail\w* to|stop\w* short of|avoid\w*|if|unless|until"
            rf"|pending|impossible to|no one|nobody|hard to) ~3{_VERB}"
            rf"(?: (?:or|nor|and) (?:to )?{_VERB})?"
        ),
        rf"{_DENY} (?:(?!{_CLAIMED}(?!\w))[^\s,;:]+ ){{0,5}}?{_REFUSED}",
        rf"{_REFUSED} (?:for \w+ |(?:is|was|are|were|been|again|being|has|have) )*denied",
        r"(?:was|were|been|be|is|are|being|get|gets|got) (?:\w+ )?confirmed(?! ~3by)",
        (
            "(?<!rushes )(?<!rushed )(?<!quick )(?<!moves )(?<!moved )(?<!forced "
            ")(?<!hurries )"
            "(?:to|will|would|could|may|might|can|must|should|let's)"
            rf" (?:{_DENY}|reject|dismiss)"
        ),
        (
            r"(?:to|will|would|could|may|might|must|should|expected to) (?:confirm"
            r"|acknowledge"
            "|admit)"
        ),
        (
            rf"(?:after|despite|although|though|who|which|whose|since|when|as|before|because"
            rf"|in which|where) ~6{_VERB}"
        ),
        rf"(?:of|for|by|over|from|at) (?:{_DENY}|confirming)",
        r"\w+ has (?:long|always|repeatedly|consistently) denied",
        r"(?:is|are|was|were|been|being) (?:still |again |being )?denied(?! ~3by)",
        (
            "(?:judges?|courts?|jury|tribunal|prosecutors?) ~4"
            "(?:dismiss\\w*|reject\\w*|denies|denied|confirm\\w*)"
        ),
        r"(?:has|have|had) (?:long|always|repeatedly|consistently) denied",
        (
            r"den(?:ies|ied|y) (?:ever )?(?:seeking|wanting|pursuing|building|developing) ~4"
            "(?:weapons?|bombs?|arms|warheads?)"
        ),
        (
            r"confirm\w* (?:\w+ ){0,4}?(?:cases?|infections?|covid|coronavirus|hearing|dead"
            "|commitment|readiness|sentences?|verdict|appointment|nominees?|nomination"
            "|death sentences?)"
        ),
        (
            r"confirm\w* ~5as (?:\w+ ){0,5}?(?:ambassador|envoy|secretary|director|chief"
            r"|judge"
            "|minister|head|president|chair\\w*)"
        ),
        r"senate (?:\w+ ){0,2}confirm\w*",
        "admitted to|admits? (?:defeat|students|patients)",
        "(?:first|newly|lab|laboratory|officially|of|the|a) confirmed",
        r"(?:rejects?|dismiss(?:es|ed)?|den(?:ies|ied)) (?:\w+ ){0,3}denials?",
        "denied (?:him|her|them|us|me)",
    ),
    says=(
        "says?|said|reacts?|on|claims?|claimed|insists?|insisted|tells?|told|calls?"
        "|called|states?|stated"
        "|describes?|described|according to|adds?|added|declares?|declared|labels?"
        "|dismiss(?:es|ed)"
        "|announces?|announced|terms?|slams?|writes?|tweets?|warns?|argues?|replies|responds"
    ),
    by="by (?:the |an? )?~2",
    of=(
        "(?:with|of|on|about|over|to|from|in|against|by|for|between|near|at|into|around|and"
        "|towards?|via|inside|regarding|under|amid|outside|behind|ex|former|anti|pro|post"
        "|non) (?:the )?(?:\\w+ed )?"
    ),
    office=(
        "(?:spokes\\w+|ministry|ministers?|officials?|mission|delegation|envoys?|ambassadors?"
        "|representatives?|chief|head|president|leader|sources?|diplomats?|secretary"
        "|director)"
        " (?:of|for|to|in|at|from) (?:the )?"
    ),
    matter=(
        "talks|deal|reports?|negotiations?|claims?|agreement|exchange|swap|funds?|programme"
        "|program|news|sanctions|assets|accord|prisoners?|meetings?|strikes?|attacks?|file"
        "|policy|media|newspaper|war|crisis|rumou?rs?|allegations?"
    ),
    and_=",|,? and(?: the)?|&|/|",
    common="are was were been has have will their its iran's report reports claims deny "
    "denies denied the of to and in on for with is says as after over by at from not "
    "it that talks a",
)
