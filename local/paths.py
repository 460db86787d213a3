"""Where a local run keeps its things: everything under `.state`, so that removing it starts over."""

from typing import Final

from local.emulator import ROOT

STATE_DIR: Final = ROOT / ".state"
DEMO_PATH: Final = STATE_DIR / "demo.json"
EMULATOR_DIR: Final = STATE_DIR / "emulator"
MAIL_DIR: Final = STATE_DIR / "mail"
EXCHANGES_PATH: Final = STATE_DIR / "citizens.jsonl"
EMULATOR_LOG_PATH: Final = STATE_DIR / "emulator.log"
