"""Takes secrets out of what is recorded: what was sent, what was read, and the words of servers."""

from collections.abc import Sequence
from typing import Any

import msgspec

from quotedesk.config.recording import AnyRecord, Came, Checkpoint, Listed, Lost, Relayed, RelayStood, Went, encoded
from quotedesk.engine.redactor import Redactor
from quotedesk.market.states import RowStatus


class RecordCleaner:
    """Knows where in a record a secret may be."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def clean(self, record: AnyRecord) -> AnyRecord:
        """A record without secrets in what was sent and in a server's words. What was read is for `clean_page`."""
        clean, replace = self._redactor.clean, msgspec.structs.replace
        match record:
            case Went():
                return Went(record.at_s, record.link, self._redactor.clean_bytes(record.frame))
            case Lost() | RelayStood():
                return replace(record, reason=clean(record.reason))
            case Relayed() if record.statuses:
                return replace(record, statuses=self._with_clean_reasons(record.statuses))
            case Listed():
                return replace(
                    record, statuses=tuple(replace(each, words=clean(each.words)) for each in record.statuses)
                )
            case Checkpoint():
                refused = ({code: clean(words) for code, words in each.refused.items()} for each in record.links)
                links = zip(record.links, refused, strict=True)
                relayed = {feed: self._with_clean_reasons(each) for feed, each in record.relayed.items()}
                return replace(
                    record, links=tuple(replace(each, refused=words) for each, words in links), relayed=relayed
                )
        return record

    def clean_page(self, page: Sequence[AnyRecord]) -> tuple[Sequence[AnyRecord], bytes]:
        """Records that are clean but for what was read: without secrets anywhere, and encoded.

        Where a secret is a part of what makes a record what it is, as one of a single letter may be, that is left out.
        """
        redactor = self._redactor
        # In one look at all that was read: a look at each frame would cost more than all the rest.
        if redactor.may_be_in(b"\n".join([frame for each in page if type(each) is Came for frame in each.frames])):
            page = [self._with_clean_frames(each) if type(each) is Came else each for each in page]
        data = encoded(page)
        if redactor.is_plainly_in(data):  # in the name of a symbol, say
            page = [clean for each in page if (clean := self._without_secrets(each)) is not None]
            data = encoded(page)
        return page, data

    def _with_clean_frames(self, record: Came) -> Came:
        return Came(record.at_s, record.link, list(map(self._redactor.clean_bytes, record.frames)))

    def _with_clean_reasons(self, statuses: Sequence[RowStatus]) -> tuple[RowStatus, ...]:
        return tuple(msgspec.structs.replace(each, reason=self._redactor.clean(each.reason)) for each in statuses)

    def _without_secrets(self, record: AnyRecord) -> AnyRecord | None:
        kind, *said = msgspec.to_builtins(record, builtin_types=(bytes,))
        cleaned = self._cleaned(said)
        if cleaned == said:
            return record
        try:
            return msgspec.convert([kind, *cleaned], type(record), builtin_types=(bytes,))
        except msgspec.ValidationError:
            return None

    def _cleaned(self, value: Any) -> Any:
        match value:
            case str():
                return self._redactor.clean(value)
            case list() | tuple():
                return [self._cleaned(each) for each in value]
            case dict():
                return {name: self._cleaned(each) for name, each in value.items()}
        return value
