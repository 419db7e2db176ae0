"""Telegram's JSON for what the server knows."""

import struct
from collections.abc import Mapping
from datetime import datetime

from tests.telegram_html import Entity, marked

from .records import Chat, Json, Member, Posted

_GROUP_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def user(user_id: int, name: str, *, bot: bool = False) -> Json:
    """Return a User."""
    return {"id": user_id, "is_bot": bot, "first_name": name or f"User {user_id}"}


def bot_user(bot_id: int, username: str) -> Json:
    """Return the bot's own User."""
    return {**user(bot_id, "Backchannel", bot=True), "username": username}


def chat(of: Chat) -> Json:
    """Return a Chat."""
    answer: Json = {"id": of.id, "type": of.type}
    answer |= {"first_name": of.title} if of.type == "private" else {"title": of.title}
    if of.username:
        answer["username"] = of.username
    if of.forum:
        answer["is_forum"] = True
    return answer


def full_chat(of: Chat) -> Json:
    """Return a ChatFullInfo."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return chat(of) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }


def member(of: Chat, who: Json, status: Member) -> Json:
    """Return the ChatMember that the bot is."""
    answer: Json = {"status": status.value, "user": who}
    match status:
        case Member.CREATOR:
            return answer | {"is_anonymous": False}
        case Member.ADMINISTRATOR:
            return answer | _administrator_rights(of)
        case Member.RESTRICTED:
            rights = dict.fromkeys(_GROUP_RIGHTS, of.can_send)
            extra = {"can_react_to_messages": of.can_send, "can_edit_tag": False}
            return answer | rights | extra | {"is_member": True, "until_date": 0}
        case Member.KICKED:
            return answer | {"until_date": 0}
        case _:
            return answer


def _administrator_rights(of: Chat) -> Json:
    channel = of.type == "channel"
    rights: Json = {
        "can_be_edited": False,
        "is_anonymous": False,
        "can_manage_chat": True,
        "can_delete_messages": of.can_delete,
        "can_manage_video_chats": False,
        "can_restrict_members": False,
        "can_promote_members": False,
        "can_change_info": False,
        "can_invite_users": False,
        "can_post_stories": False,
        "can_edit_stories": False,
        "can_delete_stories": False,
        "can_send_welcome_messages": False,
    }
    if channel:
        return rights | {"can_post_messages": of.can_post, "can_edit_messages": of.can_edit}
    return rights | {"can_pin_messages": False, "can_manage_topics": False}


def message(of: Chat, post: Posted, bot: Json) -> Json:
    """Return a Message."""
    answer: Json = {
        "message_id": post.id,
        "date": _time(post.date),
        "chat": chat(of),
        **_author(of, post, bot),
        **_content(post),
    }
    if post.edited is not None:
        answer["edit_date"] = _time(post.edited)
    if post.thread is not None:
        answer |= {"message_thread_id": post.thread, "is_topic_message": True}
    if post.origin is not None:
        answer["forward_origin"] = _origin(post.origin, bot)
    if post.elsewhere is not None:
        origin = _origin(post.elsewhere, bot)
        answer["external_reply"] = {"origin": origin, "message_id": post.elsewhere.id}
        if "chat" in origin:
            answer["external_reply"]["chat"] = origin["chat"]
    replied = of.posts.get(post.reply_to) if post.reply_to is not None else None
    if replied is not None and replied.reply_to is None:
        answer["reply_to_message"] = message(of, replied, bot)
    elif replied is not None:
        parts = {"message_id": replied.id, "date": _time(replied.date), "chat": chat(of)}
        answer["reply_to_message"] = parts | _author(of, replied, bot) | _content(replied)
    return answer


def _author(of: Chat, post: Posted, bot: Json) -> Json:
    if of.type == "channel":
        signature = {} if post.ours or not post.author else {"author_signature": post.author}
        return {"sender_chat": chat(of), **signature}
    return {"from": bot if post.ours else user(post.author_id, post.author)}


def _content(post: Posted) -> Json:
    if post.service is not None:
        return {post.service: post.content.text}
    name, marks = ("text", "entities") if post.photo is None else ("caption", "caption_entities")
    answer: Json = {name: post.text} if post.text else {}
    if post.entities:
        answer[marks] = [entity(post.text, part) for part in post.entities]
    if post.photo is not None:
        answer["photo"] = [photo(post.photo, post.id)]
    if post.content.link_preview:
        answer["link_preview_options"] = post.content.link_preview
    if post.content.reply_markup and "inline_keyboard" in post.content.reply_markup:
        answer["reply_markup"] = post.content.reply_markup
    return answer


def entity(text: str, of: Entity) -> Json:
    """Return a MessageEntity."""
    answer: Json = {"type": of.type, "offset": of.offset, "length": of.length}
    if of.user_id is not None:
        answer["user"] = user(of.user_id, marked(text, of))
    optional: Mapping[str, str | None] = {
        "url": of.url,
        "language": of.language,
        "custom_emoji_id": of.custom_emoji_id,
    }
    return answer | {name: value for name, value in optional.items() if value is not None}


def photo(data: bytes, number: int) -> Json:
    """Return a PhotoSize."""
    width, height = png_size(data) or (640, 360)
    name = f"photo{number}"
    sizes = {"width": width, "height": height, "file_size": len(data)}
    return {"file_id": name, "file_unique_id": f"unique-{name}", **sizes}


def png_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, None for any other data."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _origin(post: Posted, bot: Json) -> Json:
    date = _time(post.date)
    if post.chat < -1_000_000_000_000 and post.author_id == 0:
        origin_chat = {"id": post.chat, "type": "channel", "title": post.author or "Channel"}
        if post.public_name:
            origin_chat["username"] = post.public_name
        return {"type": "channel", "date": date, "chat": origin_chat, "message_id": post.id}
    who = bot if post.ours else user(post.author_id, post.author)
    return {"type": "user", "date": date, "sender_user": who}


def _time(value: datetime) -> int:
    return int(value.timestamp())
