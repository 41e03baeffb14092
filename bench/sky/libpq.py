"""PostgreSQL's own client library by ctypes: the thinnest client that a peer can be given.

Source: PostgreSQL 15 documentation, chapter 34. It needs no package beside the server's, and a
prepared statement with binary parameters costs a few microseconds here.
"""

import ctypes
import select
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LIBRARY = "libpq.so.5"
TUPLES_OK, COMMAND_OK, COPY_IN = 2, 1, 4
BINARY, TEXT = 1, 0


@dataclass(frozen=True)
class Bound:
    """Parameters of one execution, as the library wants them; ``kept`` keeps the bytes alive."""

    count: int
    values: ctypes.Array[ctypes.c_char_p]
    lengths: ctypes.Array[ctypes.c_int]
    formats: ctypes.Array[ctypes.c_int]
    kept: tuple[bytes, ...]


def bound(values: Sequence[bytes | str]) -> Bound:
    """Lay out parameters: bytes go as binary, text as text."""
    kept = tuple(v if isinstance(v, bytes) else v.encode() for v in values)
    formats = [BINARY if isinstance(v, bytes) else TEXT for v in values]
    n = len(kept)
    return Bound(
        n,
        (ctypes.c_char_p * n)(*kept),
        (ctypes.c_int * n)(*map(len, kept)),
        (ctypes.c_int * n)(*formats),
        kept,
    )


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(LIBRARY)
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
        ("PQconnectdb", pointer, [text]),
        ("PQstatus", number, [pointer]),
        ("PQerrorMessage", text, [pointer]),
        ("PQfinish", None, [pointer]),
        ("PQexec", pointer, [pointer, text]),
        ("PQsendQuery", number, [pointer, text]),
        ("PQsocket", number, [pointer]),
        ("PQisBusy", number, [pointer]),
        ("PQconsumeInput", number, [pointer]),
        ("PQprepare", pointer, [pointer, text, text, number, pointer]),
        (
            "PQexecPrepared",
            pointer,
            [pointer, text, number, pointer, pointer, pointer, number],
        ),
        ("PQresultStatus", number, [pointer]),
        ("PQntuples", number, [pointer]),
        ("PQnfields", number, [pointer]),
        ("PQgetisnull", number, [pointer, number, number]),
        ("PQgetlength", number, [pointer, number, number]),
        ("PQgetvalue", pointer, [pointer, number, number]),
        ("PQclear", None, [pointer]),
        ("PQputCopyData", number, [pointer, text, number]),
        ("PQputCopyEnd", number, [pointer, text]),
        ("PQgetResult", pointer, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class Connection:
    """One session, used by one thread."""

    def __init__(self, info: str) -> None:
        self.library = _library()
        self.session = self.library.PQconnectdb(info.encode())
        if self.library.PQstatus(self.session) != 0:
            reason = self.problem()
            self.close()
            raise ConnectionError(reason)

    def problem(self) -> str:
        """Give what the server or the library said last."""
        return str(self.library.PQerrorMessage(self.session).decode().strip())

    def close(self) -> None:
        """End the session."""
        if self.session:
            self.library.PQfinish(self.session)
            self.session = None

    def run(self, sql: str) -> list[list[str]]:
        """Run one or several statements; give the rows of the last as text, null as ''.

        Waits in Python, so that an interrupt is heard while the server works.
        """
        if self.library.PQsendQuery(self.session, sql.encode()) != 1:
            raise ConnectionError(self.problem())
        socket, last = self.library.PQsocket(self.session), None
        while True:
            while self.library.PQisBusy(self.session):
                select.select([socket], [], [])
                self.library.PQconsumeInput(self.session)
            result = self.library.PQgetResult(self.session)
            if not result:
                break
            self.library.PQclear(last)
            last = self._checked(result)
        return [] if last is None else self._rows(last)

    def _rows(self, result: int) -> list[list[str]]:
        value = self.library.PQgetvalue
        rows, columns = self.library.PQntuples(result), self.library.PQnfields(result)
        found = [
            [ctypes.string_at(value(result, i, j)).decode() for j in range(columns)]
            for i in range(rows)
        ]
        self.library.PQclear(result)
        return found

    def prepare(self, name: str, sql: str) -> None:
        """Prepare a statement whose parameters state their types by casts."""
        made = self.library.PQprepare(self.session, name.encode(), sql.encode(), 0, None)
        self.library.PQclear(self._checked(made))

    def value(self, statement: bytes, given: Bound) -> bytes | None:
        """Execute a prepared statement; give the binary value of its first row and column."""
        library = self.library
        result = library.PQexecPrepared(
            self.session,
            statement,
            given.count,
            given.values,
            given.lengths,
            given.formats,
            BINARY,
        )
        if library.PQresultStatus(result) not in (TUPLES_OK, COMMAND_OK):
            self._checked(result)
        answer = None
        if library.PQntuples(result) and not library.PQgetisnull(result, 0, 0):
            length = library.PQgetlength(result, 0, 0)
            answer = ctypes.string_at(library.PQgetvalue(result, 0, 0), length)
        library.PQclear(result)
        return answer

    def copy(self, sql: str, blocks: Iterable[bytes]) -> None:
        """Send the blocks of a COPY FROM STDIN."""
        result = self.library.PQexec(self.session, sql.encode())
        if self.library.PQresultStatus(result) != COPY_IN:
            self._checked(result)
        self.library.PQclear(result)
        for block in blocks:
            if self.library.PQputCopyData(self.session, block, len(block)) != 1:
                raise ConnectionError(self.problem())
        self.library.PQputCopyEnd(self.session, None)
        while ended := self.library.PQgetResult(self.session):
            self.library.PQclear(self._checked(ended))

    def _checked(self, result: int) -> int:
        if self.library.PQresultStatus(result) not in (TUPLES_OK, COMMAND_OK):
            reason = self.problem()
            self.library.PQclear(result)
            raise ConnectionError(reason)
        return result
