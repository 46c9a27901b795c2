"""Quotes for other programs of this user: JSON-RPC 2.0, read-only, each reader as fast as it reads.

serving         who reads what; a consumer of batches        reader_session   one reader's conversation, without sockets
served_row      what is known of one symbol                  reader_rules     alerts: the program's, and a reader's own
rpc             what a line asks, and the lines of answers   line_splitter    bytes in, lines out
local_port      on a Unix socket or a named pipe             web_port         over WebSocket on 127.0.0.1
reader_calls    the methods: what they take and answer       served_program   whom readers are told by
running_program what the engine's feeds tell of the program
"""
