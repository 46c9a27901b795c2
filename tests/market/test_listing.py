"""An entry of a symbol directory."""

from quotedesk.market.listing import InstrumentKind, Listing


def test_a_name_that_misleads_is_told_with_its_venue() -> None:
    tesla = Listing(code="TSLAUSDT", kind=InstrumentKind.PERPETUAL, note="perpetual on Tesla, not the share")
    assert tesla.described("Bybit") == "Bybit perpetual on Tesla, not the share"
    assert Listing(code="BTC/USD", kind=InstrumentKind.SPOT).described("Kraken") == "Kraken spot"
    assert Listing(code="X").described("Kraken") == "Kraken"
