"""The labels of messages in the languages of channels."""

from dataclasses import dataclass

from bot.configuration.channels import Language
from rules import Actor, Topic


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language; `{}` is a number, a name or a list."""

    reported_by: str
    denied_by: str
    confirmed_by: str
    and_more: str
    updated: str
    why: str
    why_button: str
    follows: str
    goes_on: str
    now_denied: str
    now_confirmed: str
    now_sources: str
    quiet_news: str
    gathered_news: str
    daily_digest: str
    weekly_digest: str
    abstract: str
    more_stories: str
    totals: str
    mentions: str
    topics: str
    actors: str


def called(one: Actor | Topic, language: Language) -> str:
    """The name of an actor or a topic in a language, or its first spelling there."""
    if isinstance(one, Topic) and language in one.called:
        return one.called[language]
    if language is Language.ENGLISH:
        return one.name
    # The signs are the lexicon's, and no part of the spelling.
    return next(iter(one.names.get(language, ())), one.name).strip("=*")


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
        goes_on="This story goes on here: {}",
        now_denied="Now denied by {}",
        now_confirmed="Now confirmed by {}",
        now_sources="Now reported by {} independent sources: {}",
        quiet_news="While it was quiet",
        gathered_news="In brief",
        daily_digest="Daily digest, {}",
        weekly_digest="Weekly digest, {}",
        abstract="Abstract by a language model, checked by nobody: {}",
        more_stories="More stories: {}",
        totals="Stories: {} · Reports: {}",
        mentions="Mentions by day",
        topics="Topics",
        actors="Actors",
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
        goes_on="تتمة هذا الخبر هنا: {}",
        now_denied="نفاه الآن: {}",
        now_confirmed="أكده الآن: {}",
        now_sources="نقلته الآن {} مصادر مستقلة: {}",
        quiet_news="أثناء ساعات الهدوء",
        gathered_news="أخبار موجزة",
        daily_digest="موجز اليوم، {}",
        weekly_digest="موجز الأسبوع، {}",
        abstract="ملخص آلي لم يراجعه أحد: {}",
        more_stories="أخبار أخرى: {}",
        totals="الأخبار: {} · التقارير: {}",
        mentions="الإشارات حسب اليوم",
        topics="المواضيع",
        actors="الأطراف",
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
        goes_on="ادامهٔ این خبر در اینجا: {}",
        now_denied="اکنون تکذیب شد: {}",
        now_confirmed="اکنون تأیید شد: {}",
        now_sources="اکنون به گزارش {} منبع مستقل: {}",
        quiet_news="در ساعت‌های سکوت",
        gathered_news="خبرهای کوتاه",
        daily_digest="خلاصهٔ روز، {}",
        weekly_digest="خلاصهٔ هفته، {}",
        abstract="چکیدهٔ ماشینی، بی بازبینی انسان: {}",
        more_stories="خبرهای دیگر: {}",
        totals="خبرها: {} · گزارش‌ها: {}",
        mentions="اشاره‌ها در هر روز",
        topics="موضوع‌ها",
        actors="بازیگران",
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
        goes_on="Эта тема продолжается здесь: {}",
        now_denied="Теперь опровергает: {}",
        now_confirmed="Теперь подтверждает: {}",
        now_sources="Теперь сообщают независимые источники ({}): {}",
        quiet_news="За тихие часы",
        gathered_news="Коротко",
        daily_digest="Сводка за день, {}",
        weekly_digest="Сводка за неделю, {}",
        abstract="Машинный реферат, никем не проверен: {}",
        more_stories="Ещё сюжетов: {}",
        totals="Сюжеты: {} · Сообщения: {}",
        mentions="Упоминания по дням",
        topics="Темы",
        actors="Участники",
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
        goes_on="La suite de cette information : {}",
        now_denied="Désormais démenti par {}",
        now_confirmed="Désormais confirmé par {}",
        now_sources="Désormais selon {} sources indépendantes : {}",
        quiet_news="Pendant les heures calmes",
        gathered_news="En bref",
        daily_digest="Résumé du jour, {}",
        weekly_digest="Résumé de la semaine, {}",
        abstract="Résumé automatique, relu par personne : {}",
        more_stories="Autres sujets : {}",
        totals="Sujets : {} · Articles : {}",
        mentions="Mentions par jour",
        topics="Thèmes",
        actors="Acteurs",
    ),
}
