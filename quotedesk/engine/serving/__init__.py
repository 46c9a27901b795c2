"""Quotes for other programs of this user: JSON-RPC 2.0, read-only, each reader as fast as it reads.

serving         who reads what; a consumer of batches        reader_session   one reader's conversation, without sockets
served_row      what is known of one symbol                  rpc              what a line asks, and the lines of answers
line_splitter   bytes in, lines out                          local_port       readers on a Unix socket or a named pipe
"""
