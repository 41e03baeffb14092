"""``site/1``: a place with a humanitarian function, such as a hospital, that others spare."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.kinds.relief.notified import Notified
from parley.record.claims.relief import Protected
from parley.record.coarse import check_coarse, check_words
from parley.record.kind import MOST_LISTED, AreaName, InstantMs, Kind, Subject
from parley.values.instants import Instant, Interval
from parley.values.lengths import MAX_LENGTH_E4M, Altitude, Bound
from parley.values.places import Place
from parley.values.texts import Text
from parley.values.volumes import Circle, Volume4D

SiteType = Literal[
    "hospital", "clinic", "school", "shelter", "camp", "warehouse", "distribution", "water",
    "electricity", "worship", "heritage", "market", "office", "other",
]  # fmt: skip


class Site(Notified):
    """A static site, coarsely, as long as its author vouches for it.

    It is protected from ``active_from`` until it is withdrawn, or until ``active_until`` where that
    is stated. An overdue renewal is flagged and ends no protection: paper lapses, patients do not.
    Its exact position, name, focal point and telephone go into a personal part for those who need
    them; this record, which every member reads, says about where it is.
    """

    site_type: SiteType = Field(description="what kind of place it is")
    names: tuple[Text, ...] | None = Field(
        None,
        min_length=1,
        max_length=MOST_LISTED,
        description="names in several scripts, only where it is public anyway",
    )
    area: AreaName = Field(description="p-code of the area, or the channel's name for it")
    place: Place = Field(
        description="about where, on a grid of 0.01 degree and no better than 1 km"
    )
    size_e4m: int | None = Field(
        None, ge=0, le=MAX_LENGTH_E4M, description="radius of the building or compound, 0.1 mm"
    )
    active_from: InstantMs = Field(description="serves since, or from, milliseconds UTC")
    active_until: InstantMs | None = Field(
        None, description="serves until, milliseconds UTC; absent: until withdrawn"
    )

    @model_validator(mode="after")
    def _gives_nothing_away(self) -> Self:
        if self.active_until is not None and self.active_until < self.active_from:
            raise BadValue("ends before it starts", where="active_until", hint="swap the two times")
        self.volumes()  # which refuses a ceiling that is none; a disk can always be compared
        if self.exact_is_public:
            return self
        if self.names is not None:
            raise BadValue("a name tells where it is", where="names", hint="use a personal part")
        check_words(self.area, "area")
        check_coarse(self.place, "place")
        return self

    def during(self) -> Interval:
        """Give when it serves."""
        end = None if self.active_until is None else Instant(self.active_until)
        return Interval(Instant(self.active_from), end)

    def reach_e4m(self) -> int:
        """Give how far from its place it may reach, 0.1 mm."""
        return min(self.place.precision_e4m + (self.size_e4m or 0), MAX_LENGTH_E4M)

    def volumes(self) -> tuple[Volume4D, ...]:
        """Give the disk it lies in, from the ground up to the height stated."""
        disk = Circle(self.place.position, self.reach_e4m())
        return (
            Volume4D(disk, self.active_from, self.active_until, lower=Bound.SFC, upper=self.upper),
        )

    def subjects(self) -> tuple[Subject, ...]:
        """Give place and time; it is read back by the coarse place."""
        upper = self.upper if isinstance(self.upper, Altitude) else None
        place = self.place
        return (Subject("planned", place, self.during(), upper=upper, points=(place.position,)),)

    def expires_at(self) -> Instant:
        """Give the end of what its author vouches for."""
        ends = (self.renew_by, self.active_until)
        return Instant(min(end for end in ends if end is not None))

    def claims(self) -> tuple[Protected, ...]:
        """Give the site as the fold on relief reads it."""
        return (
            Protected(
                "site",
                self.handle,
                self.title,
                self.organisation,
                (self.area,),
                (self.place,),
                self.reach_e4m(),
                self.during(),
                self.addressees,
                None if self.verified is None else self.verified.verified(),
                self.consent.consented(),
                Instant(self.renew_by),
                bool(self.exact_is_public),
            ),
        )


SITE = Kind("site/1", Site, "Protected site")
