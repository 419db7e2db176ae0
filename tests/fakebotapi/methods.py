"""What each method does to the chats. No network and no faults here: see `server`."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.telegram_html import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Entity,
    RefusedTextError,
    formatted,
    utf16_length,
)

from . import answers
from .records import (
    GENERAL_TOPIC,
    Chat,
    Content,
    Json,
    Kind,
    Member,
    Posted,
    RefusalError,
    bad_request,
)
from .state import State

Params = Mapping[str, Any]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
SENDS = {"sendMessage", "sendPhoto", "forwardMessage", "copyMessage"}
MAX_PHOTO_BYTES = 10_000_000
MAX_PHOTO_SUM = 10_000
MAX_PHOTO_RATIO = 20
EDITS = {"editMessageText", "editMessageCaption", "editMessageReplyMarkup"}


def get_me(state: State, _: Params) -> object:
    rights = ("can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business")
    more = ("has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics")
    return state.bot | {"can_join_groups": True} | dict.fromkeys((*rights, *more), False)


def get_chat(state: State, params: Params) -> object:
    return answers.full_chat(state.readable(params["chat_id"]))


def get_chat_member(state: State, params: Params) -> object:
    chat = state.readable(params["chat_id"])
    if params["user_id"] == state.bot["id"]:
        return answers.member(chat, state.bot, chat.member)
    if chat.type == "channel" and not chat.is_admin:
        raise bad_request("member list is inaccessible")
    return answers.member(chat, answers.user(params["user_id"], ""), Member.MEMBER)


def get_chat_administrators(state: State, params: Params) -> object:
    chat = state.readable(params["chat_id"])
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    return [answers.member(chat, state.bot, chat.member)] if chat.is_admin else []


def send_message(state: State, params: Params) -> object:
    text, marks = _marked(state, "sendMessage", params)
    content = _content(text, marks, params)
    chat = state.writable(params["chat_id"], "text messages", params.get("message_thread_id"))
    return _post(state, chat, params, content, params["text"])


def send_photo(state: State, params: Params) -> object:
    data, content = params["photo"], Content(reply_markup=_keyboard(params))
    if params.get("caption"):
        text, marks = _marked(state, "sendPhoto", params, "caption", "caption_entities")
        content = replace(content, text=text, entities=marks)
    chat = state.writable(params["chat_id"], "photos", params.get("message_thread_id"))
    photo = _picture(data) if isinstance(data, bytes) else state.file(data)
    return _post(state, chat, params, content, params.get("caption", ""), photo=photo)


def _picture(data: bytes) -> bytes:
    """An upload, as far as Telegram takes it for a photo; only PNGs are known here."""
    if len(data) > MAX_PHOTO_BYTES:
        raise RefusalError(413, "Request Entity Too Large")
    size = answers.png_size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > MAX_PHOTO_SUM or max(size) > MAX_PHOTO_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return data


def edit_message_text(state: State, params: Params) -> object:
    text, marks = _marked(state, "editMessageText", params)
    content = _content(text, marks, params)
    chat, post = _editable(state, "editMessageText", params)
    if post.photo is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(state, chat, post, content, params["text"])


def edit_message_caption(state: State, params: Params) -> object:
    text: str = ""
    marks: tuple[Entity, ...] = ()
    if params.get("caption"):
        text, marks = _marked(state, "editMessageCaption", params, "caption", "caption_entities")
    chat, post = _editable(state, "editMessageCaption", params)
    if post.photo is None:
        raise bad_request("there is no caption in the message to edit")
    content = Content(text, marks, None, _keyboard(params))
    return _edit(state, chat, post, content, params.get("caption", ""))


def edit_message_reply_markup(state: State, params: Params) -> object:
    chat, post = _editable(state, "editMessageReplyMarkup", params)
    content = replace(post.content, reply_markup=_keyboard(params))
    return _edit(state, chat, post, content, post.html)


def delete_message(state: State, params: Params) -> object:
    chat = state.reachable(params["chat_id"])
    post = state.find(chat, params["message_id"], "message to delete")
    if not post.ours and not (chat.is_admin and chat.can_delete):
        raise bad_request("message can't be deleted")
    del chat.posts[post.id]
    return True


def forward_message(state: State, params: Params) -> object:
    source = state.readable(params["from_chat_id"])
    post = state.find(source, params["message_id"], "message to forward")
    chat = state.writable(params["chat_id"], "text messages", params.get("message_thread_id"))
    if post.service is not None:
        raise bad_request("message can't be forwarded")
    return _post(state, chat, params, post.content, post.html, photo=post.photo, origin=post)


def copy_message(state: State, params: Params) -> object:
    source = state.readable(params["from_chat_id"])
    post = state.find(source, params["message_id"], "message to copy")
    chat = state.writable(params["chat_id"], "text messages", params.get("message_thread_id"))
    if post.service is not None:
        raise bad_request("the message can't be copied")
    content = replace(post.content, reply_markup=_keyboard(params))
    sent = _post(state, chat, params, content, post.html, photo=post.photo)
    return {"message_id": sent["message_id"]}


def set_my_commands(state: State, params: Params) -> object:
    for command in params["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    if len(params["commands"]) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    if "chat_id" in (scope := params.get("scope") or {}):
        state.readable(scope["chat_id"])
    state.commands[_scope(params)] = list(params["commands"])
    return True


def get_my_commands(state: State, params: Params) -> object:
    return state.commands.get(_scope(params), [])


def delete_my_commands(state: State, params: Params) -> object:
    state.commands.pop(_scope(params), None)
    return True


def answer_callback_query(state: State, params: Params) -> object:
    if utf16_length(params.get("text") or "") > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if params["callback_query_id"] not in state.open_callbacks:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    state.open_callbacks.remove(params["callback_query_id"])
    return True


def send_chat_action(state: State, params: Params) -> object:
    thread = params.get("message_thread_id")
    # This method alone takes the number of the General topic.
    thread = None if thread == GENERAL_TOPIC else thread
    state.writable(params["chat_id"], "text messages", thread)
    return True


def delete_webhook(state: State, params: Params) -> object:
    state.webhook = ""
    if params.get("drop_pending_updates"):
        state.updates.clear()
    return True


def get_webhook_info(state: State, _: Params) -> object:
    waiting = len(state.updates)
    url = state.webhook
    return {"url": url, "has_custom_certificate": False, "pending_update_count": waiting}


METHODS: Mapping[str, Callable[[State, Params], object]] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "forwardMessage": forward_message,
    "copyMessage": copy_message,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}


def _marked(
    state: State, method: str, params: Params, name: str = "text", marks: str = "entities"
) -> tuple[str, tuple[Entity, ...]]:
    entities = [_entity(part) for part in params.get(marks) or ()]
    try:
        text, found = formatted(params[name], params.get("parse_mode"), entities)
        _check_length(method, name, text)
    except RefusedTextError as error:
        state.violated(Kind.TEXT, method, f"{error}: {params[name][:200]!r}")
        raise bad_request(str(error)) from error
    return text, found


def _check_length(method: str, name: str, text: str) -> None:
    if utf16_length(text) > (TEXT_LIMIT if name == "text" else CAPTION_LIMIT):
        raise RefusedTextError(_too_long(method))


def _too_long(method: str) -> str:
    if method == "editMessageText":
        return "MESSAGE_TOO_LONG"
    return "message is too long" if method == "sendMessage" else "message caption is too long"


def _entity(part: Mapping[str, Any]) -> Entity:
    fields = {name: part.get(name) for name in ("url", "language", "custom_emoji_id")}
    who = part.get("user") or {}
    return Entity(part["offset"], part["length"], part["type"], user_id=who.get("id"), **fields)


def _content(text: str, entities: tuple[Entity, ...], params: Params) -> Content:
    preview = dict(params.get("link_preview_options") or {})
    if params.get("disable_web_page_preview"):
        preview["is_disabled"] = True
    preview = {name: value for name, value in preview.items() if value}
    return Content(text, entities, preview or None, _keyboard(params))


def _keyboard(params: Params) -> Json | None:
    markup = params.get("reply_markup")
    for row in (markup or {}).get("inline_keyboard", ()):
        for button in row:
            if not button.get("text"):
                raise bad_request('can\'t parse inline keyboard button: Field "text" is empty')
            if not 0 < len(button.get("callback_data", "x").encode()) <= 64:
                raise bad_request("BUTTON_DATA_INVALID")
    return dict(markup) if markup else None


def _scope(params: Params) -> str:
    scope = params.get("scope") or {"type": "default"}
    return f"{sorted(scope.items())} {params.get('language_code') or ''}"


def _post(
    state: State,
    chat: Chat,
    params: Params,
    content: Content,
    source: str,
    *,
    photo: bytes | None = None,
    origin: Posted | None = None,
) -> Json:
    reply = params.get("reply_parameters") or {}
    reply_to = reply.get("message_id", params.get("reply_to_message_id"))
    if reply_to is not None and reply_to not in chat.posts:
        if not reply.get("allow_sending_without_reply", params.get("allow_sending_without_reply")):
            raise bad_request("message to be replied not found")
        reply_to = None
    as_html = (params.get("parse_mode") or "").lower() == "html"
    post = state.add(
        chat,
        content,
        source if as_html or origin is not None else html.escape(source, quote=False),
        ours=True,
        silent=bool(params.get("disable_notification")),
        thread=params.get("message_thread_id"),
        reply_to=reply_to,
        photo=photo,
        origin=origin,
    )
    return answers.message(chat, post, state.bot)


def _editable(state: State, method: str, params: Params) -> tuple[Chat, Posted]:
    if params.get("inline_message_id") is not None:
        raise bad_request("MESSAGE_ID_INVALID")
    if params.get("chat_id") is None:
        raise bad_request("chat_id is empty")
    chat = state.reachable(params["chat_id"])
    post = state.find(chat, params.get("message_id") or 0, "message to edit")
    others = chat.type == "channel" and chat.is_admin and chat.can_edit
    if post.service is not None or post.origin is not None or not (post.ours or others):
        raise bad_request("message can't be edited")
    if chat.type == "channel" and not others and not (chat.is_admin and chat.can_post):
        raise bad_request("message can't be edited")
    del method
    return chat, post


def _edit(state: State, chat: Chat, post: Posted, content: Content, source: str) -> Json:
    if content == post.content:
        raise bad_request(NOT_MODIFIED)
    if not post.ours:
        state.violated(Kind.OVERWRITTEN, "edit", f"{chat.id}/{post.id}: {post.text[:100]!r}")
    changed = replace(
        post,
        content=content,
        html=source,
        edits=post.edits + 1,
        edited=state.clock(),
        earlier=(*post.earlier, post.html),
    )
    chat.posts[post.id] = changed
    return answers.message(chat, changed, state.bot)
