"""What can be told to a person: one clear line that says what to do."""


class QuotedeskError(Exception):
    """A fault that someone can mend. `str()` of it is one line, shown as plain text, and holds no secret."""


class BadSymbolError(QuotedeskError):
    """A typed symbol that cannot be one.

    Attributes:
        symbol: the text as it was typed.
        why: what is wrong, in a few words (the message's first line in the add line).
        advice: what a symbol may be (its second line).
    """

    def __init__(self, symbol: str, why: str, advice: str) -> None:
        super().__init__(f"{why}. {advice}")
        self.symbol = symbol
        self.why = why
        self.advice = advice
