"""What a share that was seen in few trials may be in truth."""

import math

Z95 = 1.959964
Z99 = 2.575829
"""Of the normal distribution, for 95 % and for 99 %."""


def wilson(share: float, size: float, *, z: float = Z95) -> tuple[float, float]:
    """The score interval of a share that was seen in `size` trials (Wilson, JASA 22, 1927)."""
    centre = share + z**2 / (2 * size)
    spread = z * math.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    scale = 1 + z**2 / size
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
