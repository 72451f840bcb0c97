"""What can be wrong with a directory file, said so that the person who made the export can mend it."""

from dataclasses import dataclass


@dataclass(eq=False)  # not frozen: Python itself writes the traceback into an exception
class DirectoryError(Exception):
    """One fault of one file. It names places, never values."""

    file: str
    line: int  # 1 is the header; 0 when the file as a whole is meant
    column: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = (
            self.file
            + (f", line {self.line}" if self.line else "")
            + (f", column {self.column}" if self.column else "")
        )
        return f"{where}: {self.problem}. {self.remedy}"
