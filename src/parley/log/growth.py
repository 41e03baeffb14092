"""A tree as it would be with some leaves more than are stored."""

from collections.abc import Sequence

from parley.log.merkle import Hash, HashReader, new_nodes, root


class Growth:
    """The first ``size`` leaves of a stored tree and new ones after them, as a ``HashReader``."""

    def __init__(self, reader: HashReader, size: int, leaf_hashes: Sequence[Hash]) -> None:
        self.size = size + len(leaf_hashes)
        self._reader = reader
        self._new = {
            (level, index): value for level, index, value in new_nodes(reader, size, leaf_hashes)
        }

    def node(self, level: int, index: int) -> Hash:
        """Give the hash of a perfect subtree, old or new."""
        found = self._new.get((level, index))
        return found if found is not None else self._reader.node(level, index)

    def root(self, size: int | None = None) -> Hash:
        """Give the root of the first ``size`` leaves, of all by default."""
        return root(self, self.size if size is None else size)
