"""The only client that opens a socket."""
