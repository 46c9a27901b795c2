"""Reading of a file of JSON lines while another process still writes it."""

import json
from pathlib import Path
from typing import Any


def whole_lines(path: Path) -> list[dict[str, Any]]:
    """What its finished lines hold, in order; a line not yet ended is left for later. [] without the file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(errors="ignore").split("\n")[:-1]]
