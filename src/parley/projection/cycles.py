"""Circles in a graph of names: which of them lead back to themselves (strong components)."""

from collections import defaultdict
from collections.abc import Sequence


def cycles_of(edges: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Give the names that lead back to themselves, each circle or knot of circles once, sorted.

    Strongly connected components of two or more names, or of one that leads to itself, by the
    algorithm of Tarjan (SIAM J. Comput. 1, 1972), in time linear in the edges, without recursion: a
    chain of names may be as long as a log.
    """
    leads: dict[str, list[str]] = defaultdict(list)
    for here, there in dict.fromkeys(edges):
        leads[here].append(there)
    seen: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found = []
    for start in sorted(leads):
        if start in seen:
            continue
        work = [(start, iter(leads[start]))]
        seen[start] = low[start] = len(seen)
        path.append(start)
        on_path.add(start)
        while work:
            here, rest = work[-1]
            for there in rest:
                if there not in seen:
                    seen[there] = low[there] = len(seen)
                    path.append(there)
                    on_path.add(there)
                    work.append((there, iter(leads.get(there, ()))))
                    break
                if there in on_path:
                    low[here] = min(low[here], seen[there])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == seen[here]:
                    knot = _cut(path, on_path, here)
                    if len(knot) > 1 or here in leads.get(here, ()):
                        found.append(tuple(sorted(knot)))
    return tuple(sorted(found))


def _cut(path: list[str], on_path: set[str], here: str) -> list[str]:
    knot = []
    while True:
        knot.append(path.pop())
        on_path.discard(knot[-1])
        if knot[-1] == here:
            return knot
