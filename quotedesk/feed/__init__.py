"""The conversation with a provider, sans-IO: every input takes now_s, nothing reads a clock."""
