"""Patterns of denying and confirming in French."""

from typing import Final

from stories.wording.form import Order, wording

_CLAIM = (
    "(?:informations?|allégations?|accusations?|rumeurs?|affirmations?|nouvelles?|propos"
    "|spéculations?|assertions?|articles?|article de presse|rapports?|déclarations?)"
)
_UNTRUE = (
    "(?:faux|fausses?|infondée?s?|mensong\\w+|sans (?:aucun )?fondement|dénuée?s? de "
    "(?:tout )?"
    "fondement|inexactes?|inexacts?|erronée?s?|trompeu\\w+|fantaisistes?|pas vrai|mensonge)"
)
_VERY = "(?:totalement |complètement |entièrement |tout à fait |purement )?"
_VERB = "(?:confirm\\w*|dément\\w*|démentir|nier|nie|nient|niait|nié|réfut\\w+)"
_TALKS = "(?:négociations?|pourparlers|discussions?|contacts?|accord|rencontre|échange)"
FRENCH: Final = wording(
    claim=_CLAIM,
    denies=(
        (
            "dément|démentent|démentit|démentait|démentaient|démenti(?!s? (?:de|du|des)\\b)"
            "|démentie?s?"
            "|démentant"
        ),
        "nie|nient|niait|nié|niant",
        "réfute|réfutent|réfuté|réfutait|récuse|récusent|récusé",
        (
            f"(?:rejette|rejettent|rejeté|balaie|balaye|écarte|repousse|conteste|contestent)"
            f" ~5(?:l'|d')?{_CLAIM}"
        ),
        (
            f"(?:qualifie|qualifient|qualifié|juge|jugent|jugé|taxe|traite|dénonce|dénoncent)"
            f" (?:[^\\s,;:]+ ){{1,10}}?(?:de |d'|comme )?\"? ?{_UNTRUE}"
        ),
        "(?:oppose|apporte|publie) un (?:\\w+ )?démenti|opposé un (?:\\w+ )?démenti",
    ),
    untrue=(
        f'{_CLAIM}(?: [^\\s;:]+){{0,12}}? "? ?{_UNTRUE}',
        f'(?<=" ){_VERY}{_UNTRUE}(?= ")|(?<="){_VERY}{_UNTRUE}(?=")|c\'est (?:\\w+ )?{_UNTRUE}',
        f"aucune? (?:\\w+ )?{_TALKS} ~5(?:n'a|n'est|n'ont|n'existe|n'était)",
        "il n'y a (?:eu )?(?:aucune?|pas (?:eu )?(?:de|d'))",
    ),
    confirms=(
        (
            "confirme|confirment|confirmé|confirmée|confirmant|confirma|confirmait|reconnaît"
            "|reconnaissent|a reconnu|ont reconnu|admet|admettent"
        ),
    ),
    neutral=(
        (
            f"(?:ne|n'|n'a|n'ont|ni|sans|n'avait|n'est|pas|refus\\w+ de|jamais|s'abstient "
            f"de) ~4{_VERB}"
            f"(?: (?:ni|ou|et) (?:ne )?(?:de )?{_VERB})?"
        ),
        f"(?:ne|n')? ?{_VERB} (?:pas|ni|jamais|aucun)",
        (
            f"(?:après que|après avoir|malgré|bien que|qui|alors que|tandis que|si|dont"
            f"|accuse"
            f"|accusé|avant que|quand|lorsque|pour avoir) ~6{_VERB}"
        ),
        (
            "confirme\\w* ~4(?:condamnation|peine|verdict|engagement|attachement|volonté"
            "|disponibilité|nomination|jugement|cas de)"
        ),
        "(?:cas|confirmés?) confirmés?|la confirmation",
        ("(?:à|de|pour|va|vont|doit|devrait|peut|faut) (?:confirmer|démentir|nier|reconnaître)"),
        "(?:le|son|du|au|ce) démenti|sénat ~2confirme",
        "(?:nier|nie) l'(?:holocauste|existence d'israël)|(?:nie|nient) la shoah",
    ),
    says=(
        "dit|disent|affirme|affirment|selon|assure|assurent|déclare|déclarent|estime|juge"
        "|qualifie|d'après|annonce|soutient|martèle|répond|réagit|réagissent|insiste|a "
        "déclaré|a affirmé|a dit"
        "|indique|prétend|a assuré|a indiqué"
    ),
    by="par (?:la |le |les |l')?~2",
    of=(
        "(?:avec|de|d'|du|des|sur|à|au|aux|contre|en|entre|par|dans|vers|pour|chez|envers|et"
        "|concernant)(?: (?:la |le |les |l')?|(?<=d')|(?<=d'l'))"
    ),
    office=(
        "(?:porte parole|porte parolat|ministre|ministère|mission|chef|émissaire|envoyé"
        "|ambassadeur|président|responsables?|négociateur|diplomatie|sultanat|directeur"
        "|représentant) (?:\\w+ )?(?:de|d'|du|des|à|pour|auprès de) ?(?:la |le |les |l')?"
    ),
    matter="à propos",
    and_=",|et(?: (?:la|le|les|l'))?|/",
    order=Order.EITHER,
    common="a ont été n'a le la les des un une du et est dans pour que qui sur avec au aux "
    "par l'iran pas "
    "d'un",
)
