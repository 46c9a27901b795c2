"""`quotedesk relay`: one connection per provider, for many desks. The engine on one side, NATS on the other; no Qt.

main runs it; commands speaks to one that runs; wire: codec/relay_wire.
"""
