"""Patterns of denying and confirming in Turkish."""

from typing import Final

from stories.wording.form import Order, wording

_CLAIM = (
    "(?:haber\\w*|iddia\\w*|söylenti\\w*|rapor\\w*|suçlama\\w*|itham\\w*|dedikodu\\w*"
    "|açıklama\\w*"
    "|spekülasyon\\w*|yorum\\w*)"
)
_UNTRUE = (
    "(?:asılsız\\w*|gerçek dışı\\w*|gerçeği yansıtm\\w+|yalan(?:dır)?|doğru değil\\w*"
    "|uydurma\\w*"
    "|temelsiz\\w*|mesnetsiz\\w*|yanıltıcı\\w*|gerçekle bağdaşm\\w+|hayal ürünü\\w*"
    "|yanlış\\w*"
    "|dayanaksız\\w*)"
)
TURKISH: Final = wording(
    claim=_CLAIM,
    denies=(
        (
            "yalanladı(?:lar)?|yalanlıyor(?:lar)?|yalanlandı|yalanlamıştı|yalanlayarak"
            "|yalanlayan"
            "|yalanlıyoruz|inkar (?:etti|ediyor)(?:ler)?|inkâr (?:etti|ediyor)(?:ler)?"
            "|tekzip etti"
        ),
        "(?<!ne )(?<!resmi )yalanlama(?: geldi)?",
        f"{_CLAIM} (?:[^\\s;:]+ ){{0,3}}?(?:reddetti(?:ler)?|reddediyor(?:lar)?|reddedildi)",
        (
            f'"?{_UNTRUE}"? (?:[^\\s;:]+ ){{0,3}}?(?:olarak (?:nitele\\w+|tanımla\\w+)'
            f"|olduğunu"
            f" (?:söyle\\w+|açıkla\\w+|belirt\\w+|bildir\\w+|savun\\w+|vurgula\\w+)|dedi"
            f"|diye nitele\\w+"
            f"|olduğunu kaydetti)"
        ),
        (
            "gerçeği yansıtmadığını (?:söyle\\w+|açıkla\\w+|belirt\\w+|bildir\\w+|kaydetti"
            "|ifade etti)"
        ),
        "doğru olmadığını (?:söyle\\w+|açıkla\\w+|belirt\\w+|bildir\\w+|kaydetti|ifade etti)",
    ),
    untrue=(
        f'{_CLAIM}(?: [^\\s;:]+){{0,10}}? "?{_UNTRUE}',
        f'(?<="){_UNTRUE}',
        ("(?:görüşme|müzakere|temas|anlaşma|mesaj)\\w* (?:söz konusu değil|yok|olmadı|yapılmadı)"),
    ),
    confirms=(
        (
            "doğruladı(?:lar)?|doğruluyor(?:lar)?|teyit (?:etti|ediyor|edildi)(?:ler)?"
            "|kabul etti"
            "|doğrulandı|itiraf etti"
        ),
    ),
    neutral=(
        (
            "yalanlama(?:dı|mış|yan|dan|z|makta)\\w*|yalanlamıyor\\w*|yalanlanma(?:dı"
            "|mış)\\w*"
            "|inkâr etme\\w+|inkar etme\\w+"
        ),
        (
            "doğrulama(?:dı|mış|yan|dan|z)\\w*|doğrulamıyor\\w*|doğrulanma\\w+|doğrulanmayan"
            "|teyit e(?:tm|dilm|dem)\\w+|teyitsiz"
        ),
        (
            "ne ~2(?:doğrula\\w+|teyit \\w+|yalanla\\w+) (?:ne|ve ne) ~2(?:de "
            ")?(?:doğrula\\w+"
            "|teyit \\w+|yalanla\\w+)"
        ),
        "(?:doğrulamayı|teyit etmeyi|yalanlamayı|doğrulamaktan|yalanlamaktan) ~4\\w+",
        (
            "(?:teklif|talep|öneri|çağrı|tasarı|başvuru|itiraz|plan|şart|giriş|müzakere"
            "|görüşme)"
            "(?!\\w* iddia)\\w* (?:[^\\s;:]+ )?(?:reddetti|reddediyor|kabul etti|reddedildi)"
        ),
        (
            "(?:karar|yasa|tasarı|bütçe|anlaşma|teklif|öneri|davet|şart|plan|istifa"
            "|başvuru)\\w*"
            " (?:\\w+ )?kabul etti"
        ),
        "(?:yalanladıktan|yalanlamasının|yalanlamasından|doğruladıktan) \\w+",
        "(?:yalanladığı|yalanlayan|doğruladığı|doğrulayan) \\w+",
    ),
    says=(
        "dedi|söyledi|açıkladı|belirtti|bildirdi|savundu|kaydetti|vurguladı|ifade etti|göre"
        "|niteledi|tanımladı"
    ),
    after_name=(
        "'(?:n?[ıiuü]n|y?[ea]|y?[ıiuü]|[dt][ea]ki|y?l[ea]|l[ıiuü])(?!\\w)| ile| hakkında"
        "| arasında"
        "| konusunda| karşıtı| haber\\w*| iddia\\w*| anlaşma\\w*| görüşme\\w*| müzakere\\w*"
        "| medyası| basını| nükleer| ve"
    ),
    impersonal="'[dt][ea]n",
    and_="ve",
    order=Order.FIRST,
    common="ve bir bu ile için da de abd'nin dedi olarak daha göre yeni",
)
