"""The words of a message that are ours, in the languages that channels can have."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language that a channel's labels can be in."""

    ENGLISH = "en"
    ARABIC = "ar"
    PERSIAN = "fa"
    RUSSIAN = "ru"
    FRENCH = "fr"


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language. `{}` stands for a number, a name or a list."""

    reported_by: str
    denied_by: str
    confirmed_by: str
    and_more: str
    updated: str
    why: str
    why_button: str
    follows: str
    turned_denied: str
    turned_confirmed: str
    turned_sources: str
    quiet_news: str
    gathered_news: str
    daily_digest: str
    weekly_digest: str


LABELS = {
    Language.ENGLISH: Labels(
        reported_by="Reported by {}: {}",
        denied_by="Denied by {}",
        confirmed_by="Confirmed by {}",
        and_more="{} and {} more",
        updated="{}, updated {}",
        why="Why: {}",
        why_button="Why?",
        follows="Follows: {}",
        turned_denied="Now denied by {}",
        turned_confirmed="Now confirmed by {}",
        turned_sources="Now reported by {} independent sources: {}",
        quiet_news="While it was quiet",
        gathered_news="In brief",
        daily_digest="Daily digest, {}",
        weekly_digest="Weekly digest, {}",
    ),
    Language.ARABIC: Labels(
        reported_by="نقلته {} مصادر: {}",
        denied_by="نفاه: {}",
        confirmed_by="أكده: {}",
        and_more="{} و{} غيرها",
        updated="{}، آخر تحديث {}",
        why="السبب: {}",
        why_button="لماذا؟",
        follows="متابعة لـ: {}",
        turned_denied="نفاه الآن: {}",
        turned_confirmed="أكده الآن: {}",
        turned_sources="نقلته الآن {} مصادر مستقلة: {}",
        quiet_news="أثناء ساعات الهدوء",
        gathered_news="أخبار موجزة",
        daily_digest="موجز اليوم، {}",
        weekly_digest="موجز الأسبوع، {}",
    ),
    Language.PERSIAN: Labels(
        reported_by="به گزارش {} منبع: {}",
        denied_by="تکذیب: {}",
        confirmed_by="تأیید: {}",
        and_more="{} و {} منبع دیگر",
        updated="{}، به‌روزرسانی {}",
        why="چرا: {}",
        why_button="چرا؟",
        follows="در پی: {}",
        turned_denied="اکنون تکذیب شد: {}",
        turned_confirmed="اکنون تأیید شد: {}",
        turned_sources="اکنون به گزارش {} منبع مستقل: {}",
        quiet_news="در ساعت‌های سکوت",
        gathered_news="خبرهای کوتاه",
        daily_digest="خلاصهٔ روز، {}",
        weekly_digest="خلاصهٔ هفته، {}",
    ),
    Language.RUSSIAN: Labels(
        reported_by="Сообщают ({}): {}",
        denied_by="Опровергает: {}",
        confirmed_by="Подтверждает: {}",
        and_more="{} и ещё {}",
        updated="{}, обновлено {}",
        why="Почему: {}",
        why_button="Почему?",
        follows="Ранее: {}",
        turned_denied="Теперь опровергает: {}",
        turned_confirmed="Теперь подтверждает: {}",
        turned_sources="Теперь сообщают независимые источники ({}): {}",
        quiet_news="За тихие часы",
        gathered_news="Коротко",
        daily_digest="Сводка за день, {}",
        weekly_digest="Сводка за неделю, {}",
    ),
    Language.FRENCH: Labels(
        reported_by="Selon {} sources : {}",
        denied_by="Démenti par {}",
        confirmed_by="Confirmé par {}",
        and_more="{} et {} autres",
        updated="{}, mis à jour {}",
        why="Pourquoi : {}",
        why_button="Pourquoi ?",
        follows="Suite de : {}",
        turned_denied="Désormais démenti par {}",
        turned_confirmed="Désormais confirmé par {}",
        turned_sources="Désormais selon {} sources indépendantes : {}",
        quiet_news="Pendant les heures calmes",
        gathered_news="En bref",
        daily_digest="Résumé du jour, {}",
        weekly_digest="Résumé de la semaine, {}",
    ),
}
