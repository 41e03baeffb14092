"""The folder a demo plays in: made, cleared of what an earlier demo left, and nothing else."""

import fcntl
import shutil
from pathlib import Path
from types import TracebackType
from typing import IO

from parley.errors import BadUsage, FolderInUse

MARK = ".parley-demo"
_SAID = "A demo of Parley plays here; it clears its own folders when it begins again.\n"


class Ground:
    """A folder held by one demo at a time; used as a context.

    A folder that is not empty is taken only if an earlier demo left its mark there, and even then
    only what ``leaves`` names is removed.
    """

    def __init__(self, folder: Path, leaves: tuple[str, ...]) -> None:
        self.folder = folder
        self._leaves = leaves
        self._mark: IO[str] | None = None

    def __enter__(self) -> "Ground":
        """Take the folder, or raise BadUsage or FolderInUse and touch nothing."""
        mark = self.folder / MARK
        if self.folder.exists() and not self.folder.is_dir():
            raise BadUsage("not a folder", where=str(self.folder))
        if self.folder.exists() and any(self.folder.iterdir()) and not mark.exists():
            raise BadUsage(
                "not empty, and no demo of ours",
                where=str(self.folder),
                hint="name another folder with --out",
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        self._mark = mark.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._mark.close()
            raise FolderInUse("another demo plays here", where=str(self.folder)) from None
        if mark.stat().st_size == 0:
            self._mark.write(_SAID)
            self._mark.flush()
        self.clear()
        return self

    def clear(self) -> None:
        """Remove what an earlier demo left under the names that this one uses."""
        for name in self._leaves:
            path = self.folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the folder; what was played stays in it."""
        if self._mark is not None:
            self._mark.close()
