"""What was read in a picture, as it crosses between processes: the gateway knows it without the libraries that open pictures."""

from dataclasses import dataclass, field

SIDE = 2_000  # pixels that are looked at: a page of paper at 170 dots to the inch


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in a picture: its lines, and how many places look like words but could not be made out."""

    lines: tuple[str, ...] = field(default=(), repr=False)
    poor: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def dim(self) -> bool:
        """Whether so much could not be made out that it must be said."""
        return self.poor * 3 >= len(self.lines) + self.poor and self.poor > 0
