"""What the platforms print in their documentation, as tests read it."""

import json
from pathlib import Path
from typing import Any

PUBLISHED: dict[str, Any] = json.loads((Path(__file__).parent / "channels.json").read_text(encoding="utf-8"))
