"""What people call coins, shares, commodities and currencies."""

from quotedesk.codec.common_names import COINS, COMMODITIES, CURRENCIES, SHARES


def test_every_ticker_has_a_name_in_plain_words() -> None:
    for names in (COINS, COMMODITIES, CURRENCIES, SHARES):
        assert all(ticker == ticker.upper() and name.strip() == name != "" for ticker, name in names.items())
    assert (COINS["BTC"], SHARES["TSLA"], COMMODITIES["XAU"], CURRENCIES["EUR"]) == (
        "Bitcoin",
        "Tesla",
        "gold",
        "the euro",
    )
