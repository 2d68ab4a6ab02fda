"""How much is tried: `make test` draws a part, `make thorough` all of what may be drawn without end."""

import os
from typing import Final

IS_THOROUGH: Final = os.environ.get("TRIALWRIGHT_THOROUGH") == "1"
