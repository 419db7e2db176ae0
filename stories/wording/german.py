"""Patterns of denying and confirming in German."""

from typing import Final

from stories.wording.form import Order, wording

_CLAIM = (
    "(?:bericht\\w*|medienbericht\\w*|meldung\\w*|vorw(?:u|ü)rf\\w*|behauptung\\w*"
    "|anschuldigung\\w*|gerücht\\w*|darstellung\\w*|spekulation\\w*|angaben|aussagen?|anklage"
    "|unterstellung\\w*|falschmeldung\\w*)"
)
_UNTRUE = (
    "(?:falsch\\w*|haltlos\\w*|unwahr\\w*|erfunden\\w*|irreführend\\w*|frei erfunden"
    "|unbegründet\\w*|gelogen|lüge\\w*|unzutreffend\\w*|nicht wahr|nicht zutreffend"
    "|entbehr\\w+ jeder grundlage|aus der luft gegriffen|falschmeldung\\w*)"
)
_VERB = "(?:bestätig\\w*|dementier\\w*|bestreit\\w*|bestritt\\w*|leugn\\w+)"
GERMAN: Final = wording(
    claim=_CLAIM,
    denies=(
        "dementiert|dementierte|dementieren|dementierten",
        "bestreitet|bestreiten|bestritt|bestritten",
        "leugnet|leugnen|leugnete|streitet ~5ab|stritt ~5ab",
        f"(?:weist|weisen|wies|wiesen) (?:[^;:.!?]+ )?{_CLAIM} (?:[^;:.!?]+ )?zurück",
        f"{_CLAIM} (?:[^;:.!?]+ )?zurückgewiesen",
        f"widerspricht ~5{_CLAIM}|widersprach ~5{_CLAIM}|widersprechen ~5{_CLAIM}",
        (
            f"(?:nennt|nennen|nannte|nannten|bezeichnet|bezeichnen|bezeichnete|bezeichneten)"
            f' (?:[^\\s;:]+ ){{1,12}}?(?:als )?"?{_UNTRUE}'
        ),
        "verneint|verneinte|verneinen",
    ),
    untrue=(
        f'{_CLAIM}(?: [^\\s;:]+){{0,12}}? "?{_UNTRUE}',
        f'(?<="){_UNTRUE}(?=[^"]{{0,25}}")',
        (
            "(?:es gibt|es gab|es habe|es gebe|habe es) ~3(?:keine|keinen|kein) "
            "~3(?:gespräche"
            "|verhandlungen|treffen|kontakte|abkommen|einigung|vereinbarung)"
        ),
    ),
    confirms=(
        ("bestätigt|bestätigte|bestätigen|bestätigten|räumt ~5ein|räumte ~5ein|gibt ~5zu|gab ~5zu"),
    ),
    neutral=(
        (
            f"(?:weder|nicht|kein\\w*|ohne|nie|niemals) ~4(?:zu )?{_VERB}"
            f"(?: (?:noch|oder) ~2(?:zu )?{_VERB})?"
        ),
        f"{_VERB} ~6nicht",
        "(?:weder|nicht) ~4zurück\\w*",
        (
            f"(?:nachdem|obwohl|weil|der|die|das|den|dem|dass|wenn|während) (?:[^\\s,;:]+ "
            f"){{0,6}}?"
            f"{_VERB}(?= ?[,.]|$)(?<!bestreiten)"
        ),
        (
            "bestätig\\w* ~5(?:urteil\\w*|todesurteil\\w*|bereitschaft|ernennung"
            "|haftstrafe\\w*"
            "|strafe|bekenntnis|engagement|fälle)|im amt bestätigt|senat ~2bestätigt"
            "|bestätigte[nr]? fäll\\w+"
        ),
        (
            "(?:zu|will|wollen|kann|können|soll|muss|möchte|wollte) ~3(?:bestätigen"
            "|dementieren"
            "|bestreiten)"
        ),
        "die bestätigte|der bestätigte",
        (
            "(?:spiel|match|partie|wettkampf|finale|turnier) ~4bestreit\\w+|bestreit\\w+ ~6"
            "(?:spiel|länderspiel|partie|finale|match|testspiel|lebensunterhalt)"
        ),
        "leugn\\w+ ~3holocaust|holocaust ~3leugn\\w+",
        f"{_CLAIM}(?: [^\\s;:,]+){{0,8}}? nicht {_UNTRUE}",
    ),
    says=(
        "sagt|sagte|sagen|sagten|laut|so|erklärt|erklärte|erklären|nennt|nennen|nannte"
        "|bezeichnet|bezeichnete|betont|betonte|versichert|teilt|teilte|behauptet|spricht von"
    ),
    by="von (?:der |dem |den )?~2",
    of=(
        "(?:mit|von|vom|über|an|auf|gegen|in|im|aus|bei|zwischen|nach|für|um|zum|zur|zu|und"
        "|unter|durch|wegen|vor|seit|des|trotz) (?:dem |der |den |die |das )?"
    ),
    office=(
        "(?:sprecher\\w*|vertreter\\w*|regierung|minister\\w*|außenminister\\w*|gesandte\\w*"
        "|botschafter\\w*|chef|leiter\\w*|präsident\\w*|außenministerium|mission|delegation"
        "|sultanat) (?:\\w+ )?(?:des|der|von|vom|in|im|aus|bei) (?:dem |der |den )?"
    ),
    matter=(
        "gespräche|abkommen|deal|berichte?|verhandlungen|gelder|angaben|sanktionen|bericht"
        "|medien|atomabkommen|atomgespräche"
    ),
    and_=",|und(?: (?:die|das|der|den))?|/",
    order=Order.EITHER,
    common="hat haben war wird werden nie kein keine der die das und in den von mit dem im "
    "zu des ist nicht auf für ein eine sich "
    "bei als",
)
