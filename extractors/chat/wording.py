"""What WhatsApp itself writes in place of a message, in the phone's language: files, what was left out, deletions, edits."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from evidence.records import Attachment, EventKind
from extractors.chat.thread import MARKS, alone

_M: Final = f"[{MARKS}]*"


class Body(NamedTuple):
    """A message's text, and what the app's own words in it say."""

    text: str
    state: str = ""
    attachments: tuple[Attachment, ...] = ()
    facts: dict[str, str] | None = None
    kind: EventKind = "message"


_CLOSES: Final = re.compile(r"\)(?:\r?\n|$)")
_DELETED: Final = frozenset(
    """
    this message was deleted|you deleted this message|this message was deleted by admin|null
    diese nachricht wurde gelöscht|du hast diese nachricht gelöscht
    ce message a été supprimé|vous avez supprimé ce message|tu as supprimé ce message
    se eliminó este mensaje|este mensaje fue eliminado|eliminaste este mensaje|este mensaje se eliminó
    questo messaggio è stato eliminato|hai eliminato questo messaggio
    esta mensagem foi apagada|mensagem apagada|você apagou esta mensagem|apagou esta mensagem|apagaste esta mensagem
    dit bericht is verwijderd|dit bericht werd verwijderd|u hebt dit bericht verwijderd|je hebt dit bericht verwijderd
    ta wiadomość została usunięta|wiadomość usunięta|usunięto tę wiadomość|usunąłeś tę wiadomość
    данное сообщение удалено|сообщение удалено|вы удалили данное сообщение|это сообщение удалено|вы удалили это сообщение
    це повідомлення видалено|ви видалили це повідомлення
    bu mesaj silindi|bu mesajı sildiniz
    acest mesaj a fost șters|ați șters acest mesaj|mesajul a fost șters
    det här meddelandet togs bort|det här meddelandet raderades|du raderade detta meddelande|meddelandet har tagits bort
    denne besked blev slettet|du slettede denne besked|denne meldingen ble slettet|du slettet denne meldingen
    tämä viesti poistettiin|poistit tämän viestin
    pesan ini dihapus|pesan ini telah dihapus|anda menghapus pesan ini|anda telah menghapus pesan ini
    此消息已被删除|此消息已删除|你已删除此消息|您已删除此消息|此訊息已刪除|你已刪除此訊息|您已刪除此訊息
    このメッセージは削除されました|あなたはこのメッセージを削除しました
    삭제된 메시지입니다|이 메시지는 삭제되었습니다|이 메시지를 삭제했습니다
    تم حذف هذه الرسالة|لقد حذفت هذه الرسالة|حذفت هذه الرسالة
    הודעה זו נמחקה|מחקת הודעה זו|מחקת את ההודעה
    यह मैसेज मिटाया गया|यह संदेश हटाया गया|आपने यह मैसेज मिटाया|यह मैसेज डिलीट किया गया
    """.strip()
    .replace("\n", "|")
    .replace("    ", "")
    .split("|")
) - {"null"}
_EDITED_WORDS: Final = (
    r"edited|bearbeitet|modifi[éc]|editó|editad[oa]|modificato|bewerkt|gewijzigd|edytowan|изменен|змінено|відредаговано|"
    r"düzenlendi|editat|redigera|redigeret|redigert|muokattu|diedit|编辑|編輯|編集|수정|تعديل|נערכה|संपादित"
)
_EDITED: Final = re.compile(rf"\s?{_M}<{_M}([^<>\n]{{0,60}}(?:{_EDITED_WORDS})[^<>\n]{{0,30}})>{_M}$", re.IGNORECASE)
_ATTACHED_WORDS: Final = (
    "attached|anhang|pièce jointe|adjunto|allegato|anexado|anexo|bijlage|załącznik|вложение|вкладення|прикріплено|ekli|ek|"
    "atașat|atașament|bifogad|vedhæftet|vedlagt|liitetty|liite|terlampir|附件|添付|첨부|مرفق|المرفق|קובץ מצורף|संलग्न"
)
_ATTACHED: Final = re.compile(
    rf"^{_M}(?:(?P<caption>[^\n<>]*?)\s?{_M})?<{_M}(?:(?:{_ATTACHED_WORDS})\s?[:：]|(?<=\u200e<)[^<>:：\n]{{2,30}}[:：])\s*"
    rf"(?P<name>[^<>\n]+?\.\w{{1,8}}){_M}>",
    re.IGNORECASE,
)
_PHONE_FILE: Final = r"(?:IMG|VID|AUD|PTT|STK|DOC|GIF)-\d{8}-WA\d{4,}\.\w{1,8}"
_FILE_ATTACHED_WORDS: Final = (
    r"file attached|Datei angehängt|fichier joint|archivo adjunto|file allegato|arquivo anexado|ficheiro anexado|"
    r"bestand bijgevoegd|plik dołączony|plik w załączniku|załączono plik|файл добавлен|файл прикріплено|файл додано|dosya ekli|"
    r"fișier atașat|fil bifogad|bifogad fil|fil vedhæftet|vedlagt fil|fil vedlagt|tiedosto liitetty|file terlampir|"
    r"文件附件|檔案已附加|附加檔案|添付ファイル|ファイル添付|파일 첨부됨|파일 첨부|الملف مرفق|ملف مرفق|הקובץ צורף|קובץ מצורף|फ़ाइल संलग्न|soubor byl přiložen"
)
_FILE_ATTACHED: Final = re.compile(
    rf"^{_M}(?P<name>{_PHONE_FILE}(?= \([^()\n]{{3,40}}\))|[^\n<>]+?\.\w{{1,8}}(?= \((?:{_FILE_ATTACHED_WORDS})\)))"
    rf" \([^()\n]{{3,40}}\){_M}\r?(?:\n|$)",
    re.IGNORECASE,
)
_OMITTED: Final = re.compile(
    r"omit|\bomis|omess|weggelassen|ausgelassen|ausgeschlossen|weggelaten|absente?\b|ocult|não revelad|pominięto|отсутств|без медиа|"
    r"пропущено|dahil edilmedi|utelämna|utesluten|utelatt|udeladt|jätettiin pois|tidak disertakan|省略|忽略|已略去|"
    r"含まれていません|생략|제외|استبعاد|الوسائط|הושמט|לא נכלל|शामिल नहीं|छोड़",
    re.IGNORECASE,
)
_POLL: Final = re.compile(
    rf"^{_M}(?:POLL|UMFRAGE|SONDAGE|ENCUESTA|SONDAGGIO|ENQUETE|SONDAGEM|ANKIETA|ОПРОС|ОПИТУВАННЯ|ANKET|SONDAJ|OMRÖSTNING|PEILING)"
    rf"\s?:\r?\n{_M}(?P<question>[^\n]*)"
)
_OPTION: Final = re.compile(rf"^{_M}[^\W\d_]{{4,12}}\s?: (?P<option>[^\n]+?)\r?$", re.MULTILINE)
_LOCATION: Final = re.compile(r"https?://maps\.google\.com/(?:maps)?\?q=(-?\d{1,2}\.\d+),\s?(-?\d{1,3}\.\d+)")
_CALL: Final = re.compile(
    r"^(?P<missed>missed|verpasster?|gemiste|perd\w+|appel (?:vocal|vidéo) manqué|llamada (?:de voz )?perdida|videollamada perdida|"
    r"chiamata persa|chamada (?:de \w+ )?perdida|nieodebrane|пропущенный|cevapsız|apel \w+ (?:ratat|pierdut))?\s*"
    r"(?P<call>(?:voice|video|group)? ?call|(?:sprach|video)anruf|(?:spraak|video)?oproep|appel (?:vocal|vidéo)|llamada|videollamada|"
    r"chiamata|chamada|połączenie|звонок|arama|apel)\b(?:[^\n]{0,60})$",
    re.IGNORECASE,
)
SYSTEM: Final = re.compile(
    r"end-to-end|Ende-zu-Ende|bout en bout|extremo a extremo|crittografia|ponta a ponta|de ponta|eind-tot-eind|end-to-end-versleuteld|"
    r"szyfrowan|сквозным шифрованием|наскрізним|uçtan uca|criptat|totalsträckskryptera|端到端|端對端|エンドツーエンド|종단간|"
    r"التام بين الطرفين|مشفرة|מוצפנות|एंड-टू-एंड|"
    r"created (?:this )?group|created this community|changed (?:the|this) (?:subject|group|icon)|changed their phone|security code|"
    r"\badded\b|\bremoved\b|\bleft\b|joined using|was added|were added|now an admin|turned (?:on|off) disappearing|"
    r"hat die Gruppe|hat den Betreff|hinzugefügt|hat .{0,60}entfernt|verlassen|Sicherheitsnummer|"
    r"a créé le groupe|a changé le sujet|a ajouté|a quitté|a retiré|creó el grupo|cambió el asunto|añadió|eliminó a|salió del grupo|"
    r"ha creato il gruppo|ha modificato l|ha aggiunto|ha rimosso|ha abbandonato|criou o grupo|mudou o assunto|adicionou|saiu|removeu|"
    r"heeft de groep|heeft het onderwerp|toegevoegd|heeft .{0,60}verlaten|utworzył|dodał|opuścił|zmienił|"
    r"создал|добавил|вышел|изменил|grubu oluşturdu|ekledi|ayrıldı|konuyu|a creat grupul|a adăugat|a ieșit|a schimbat",
    re.IGNORECASE,
)
"""Words of the lines that the app itself writes about a group; only asked where a mark or a missing sender says so."""
_QUOTES: Final = re.compile(r"[\"“”„«»]")


def is_a_sender(name: str) -> bool:
    """Say whether what stands before the first colon of a line can be a sender, and not the app's own sentence.

    Without one, `Dee changed the subject to "Lodge: rooms"` would make a person of half a sentence.
    """
    return not (len(name) > 25 and (_QUOTES.search(name) or SYSTEM.search(name)) and len(name.split()) > 3)


def _is_special(raw: str) -> bool:
    """Say whether a message may hold more than what someone typed."""
    return (
        "\u200e" in raw
        or "\u200f" in raw
        or raw[:1] == "<"
        or "maps.google" in raw
        or (")" in raw and _CLOSES.search(raw) is not None)
    )


def body_of(raw: str) -> Body:
    """Return what a message says, apart from the app's own marks; plain text costs one search."""
    if len(raw) < 80 and raw.strip(_AROUND).casefold() in _DELETED:
        return Body(alone(raw), "deleted")
    if not _is_special(raw):
        return Body(raw)
    marked = raw.lstrip(MARKS_STRIPPED) != raw
    state, facts = "", {}
    if edited := _EDITED.search(raw):
        raw, state = raw[: edited.start()], "edited"
        facts["edited"] = alone(edited[1])
    body = _file(raw) or _in_place_of(raw, marked=marked)
    text = raw.lstrip(MARKS_STRIPPED)
    if place := _LOCATION.search(raw):
        facts |= {"latitude": place[1], "longitude": place[2]}
    if body is None:
        return Body(text, state, (), facts)
    return body._replace(state=state or body.state, facts=(body.facts or {}) | facts)


_AROUND: Final = " .\u200e\u200f\u202a\u202c"
MARKS_STRIPPED: Final = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def _file(raw: str) -> Body | None:
    found = _ATTACHED.match(raw) or _FILE_ATTACHED.match(raw)
    if found is None:
        return None
    return Body(_unmarked(raw), "", (Attachment(name=alone(found["name"])),))


def _in_place_of(raw: str, *, marked: bool) -> Body | None:
    """Return what the app wrote in place of a message: something left out, a poll, a call, a line about the group."""
    shown = alone(raw)
    if (marked or shown[:1] == "<") and len(shown) < 80 and "\n" not in shown and _OMITTED.search(shown):
        return Body(shown, "", (), {"left_out": shown.strip("<>")})
    if poll := _POLL.match(raw):
        options = "; ".join(alone(one["option"]) for one in _OPTION.finditer(raw, poll.end()))
        return Body(_unmarked(raw), "", (), {"poll": alone(poll["question"]), "options": options})
    if marked and (call := _CALL.match(shown)):
        state = "missed" if call["missed"] or "manqué" in shown or "perdida" in shown else ""
        return Body(shown, state, (), {}, "call")
    if marked and SYSTEM.search(shown):
        return Body(shown, "", (), {"written_by": "the app"})
    return None


def _unmarked(raw: str) -> str:
    return raw.replace("\u200e", "").replace("\u200f", "").strip() if raw[:1] in MARKS_STRIPPED else raw.strip()
