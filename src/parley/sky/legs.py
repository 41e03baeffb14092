"""Many geodesic legs cut into short pieces at once; see ``geodesy`` for what a piece is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parley.sky.geodesy import (
    ECCENTRICITY2,
    EQUATOR_M,
    GEOD,
    PIECE_M,
    Floats,
    Pieces,
    bulge,
    ecef,
)

Integers = npt.NDArray[np.intp]

_SHORTEST_M = 1e-3  # no piece is cut shorter than this
_PRECISE_M = 1e-6  # a turning point is found to this
_MOST_STEPS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Shortest geodesics: both ends, the azimuth at both (degrees), the length (m); shape (n,)."""

    lon0: Floats
    lat0: Floats
    lon1: Floats
    lat1: Floats
    azimuth: Floats
    arrival: Floats
    length: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Legs in pieces, in the order and the direction of travel; every leg has one or more.

    ``leg`` is the number of the leg of each piece; ``begin`` and ``finish`` are the shares of that
    leg at which it starts and ends, 0 to 1. ``lon1`` and ``lat1`` (degrees) are where each piece
    ends. A leg without length is one piece.
    """

    pieces: Pieces
    leg: Integers
    begin: Floats
    finish: Floats
    lon1: Floats
    lat1: Floats


def measured(lon0: Floats, lat0: Floats, lon1: Floats, lat1: Floats) -> Legs:
    """Measure the shortest geodesics from (lon0, lat0) to (lon1, lat1), degrees, of shape (n,).

    Karney 2013, by PROJ. A leg without length has azimuth 0.
    """
    away, back, length = GEOD.inv(lon0, lat0, lon1, lat1)
    away = np.where(length > 0, away, 0.0)
    return Legs(lon0, lat0, lon1, lat1, away, back + 180.0, length)


def cut(legs: Legs) -> Cut:
    """Cut legs into pieces of at most ``geodesy.PIECE_M``; none may be near-antipodal."""
    away, length = legs.azimuth, legs.length
    count = np.maximum(1, np.ceil(length / PIECE_M)).astype(np.intp)
    leg = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
    begin, finish = number / count[leg], (number + 1) / count[leg]
    lon, lat, azimuth = legs.lon0[leg], legs.lat0[leg], away[leg]
    inner = np.nonzero(number)[0]
    if len(inner):
        there = leg[inner]
        lon[inner], lat[inner], azimuth[inner] = GEOD.fwd(
            legs.lon0[there],
            legs.lat0[there],
            away[there],
            begin[inner] * length[there],
            return_back_azimuth=False,
        )
    whole = length[leg]
    arrival = np.where(number + 1 < count[leg], np.roll(azimuth, -1), legs.arrival[leg])
    turning, way = _turns(lon, lat, azimuth, arrival, (finish - begin) * whole)
    if len(turning):
        at = GEOD.fwd(lon[turning], lat[turning], azimuth[turning], way, return_back_azimuth=False)
        share = begin[turning] + way / whole[turning]
        after = turning + 1
        leg = np.insert(leg, after, leg[turning])
        finish = np.insert(finish, turning, share)
        begin = np.insert(begin, after, share)
        lon, lat, azimuth = (
            np.insert(old, after, new) for old, new in zip((lon, lat, azimuth), at, strict=True)
        )
    last = np.append(leg[1:] != leg[:-1], True)
    end_lon = np.where(last, legs.lon1[leg], np.roll(lon, -1))
    end_lat = np.where(last, legs.lat1[leg], np.roll(lat, -1))
    pieces = pieces_of(lon, lat, azimuth, (finish - begin) * length[leg], end_lon, end_lat)
    return Cut(pieces, leg, begin, finish, end_lon, end_lat)


def pieces_of(
    lon: Floats, lat: Floats, azimuth: Floats, length: Floats, lon1: Floats, lat1: Floats
) -> Pieces:
    """Make pieces of start (degrees), azimuth there, length (m), end (degrees); shape (n,)."""
    return Pieces(
        lon=lon,
        lat=lat,
        azimuth=azimuth,
        length=length,
        start=ecef(lon, lat),
        end=ecef(lon1, lat1),
        bulge=bulge(length),
        south=np.minimum(lat, lat1),
    )


def part_of(pieces: Pieces, rows: slice | Integers) -> Pieces:
    """Give some of the pieces."""
    return Pieces(
        lon=pieces.lon[rows],
        lat=pieces.lat[rows],
        azimuth=pieces.azimuth[rows],
        length=pieces.length[rows],
        start=pieces.start[rows],
        end=pieces.end[rows],
        bulge=pieces.bulge[rows],
        south=pieces.south[rows],
    )


def _turns(
    lon: Floats, lat: Floats, azimuth: Floats, arrival: Floats, length: Floats
) -> tuple[Integers, Floats]:
    """Find the pieces that turn between north and south inside, and how far along, in metres."""
    rise, fall = np.cos(np.radians(azimuth)), np.cos(np.radians(arrival))
    which = np.nonzero((rise * fall < 0) & (length > 2 * _SHORTEST_M))[0]
    if not len(which):
        return which, np.empty(0)
    start = (lon[which], lat[which], azimuth[which])
    low, high = np.zeros(len(which)), length[which].copy()
    way = high * rise[which] / (rise[which] - fall[which])
    for _ in range(_MOST_STEPS):
        at = GEOD.fwd(*start, way, return_back_azimuth=False)
        alpha, phi = np.radians(at[2]), np.radians(at[1])
        before = (np.cos(alpha) > 0) == (rise[which] > 0)
        low, high = np.where(before, way, low), np.where(before, high, way)
        # Along a geodesic, d(azimuth)/ds = tan(latitude) sin(azimuth) / normal radius.
        normal = EQUATOR_M / np.sqrt(1 - ECCENTRICITY2 * np.sin(phi) ** 2)
        bend = np.tan(phi) * np.sin(alpha) ** 2 / normal
        step = np.divide(np.cos(alpha), bend, out=np.full_like(bend, np.inf), where=bend != 0)
        following = way + step
        # Across a pole the azimuth jumps: there, halving finds it.
        safe = (following > low) & (following < high)
        following = np.where(safe, following, (low + high) / 2)
        moved = np.abs(following - way).max()
        way = following
        if moved < _PRECISE_M:
            break
    inside = (way > _SHORTEST_M) & (way < length[which] - _SHORTEST_M)
    return which[inside], way[inside]
