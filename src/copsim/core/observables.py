"""What a run records each week: a column of `weekly` each, declared once."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Observable:
    """One weekly column: its name, unit, the row of the deck it shows, and what it is."""

    name: str
    unit: str
    row: str
    text: str


OBSERVABLES = (
    Observable("members", "people", "S01", "people inside: the five levels together"),
    Observable("core", "people", "S01", "in the smallest set making half of twelve weeks' acts, active in 8 of them"),
    Observable("active", "people", "S01", "otherwise active in 3 of twelve weeks"),
    Observable("occasional", "people", "S01", "active in 1 or 2 of twelve weeks, more than one active week in life"),
    Observable("peripheral", "people", "S01", "silent for twelve weeks, not for a year"),
    Observable("transactional", "people", "S01", "one active week in life, within a year"),
    Observable("stage", "code", "S04", "stage of the lifecycle, read from marks"),
    Observable("acting", "people", "S01", "members with an act this week"),
    Observable("acting_month", "people", "S01", "of those, for the first time in the calendar month of the week"),
    Observable("newcomers", "people", "S02", "people who joined this week"),
    Observable("leavers", "people", "S02", "people who became outside this week"),
    Observable("meets", "0 or 1", "S05", "a meeting was held"),
    Observable("attendance", "people", "S05", "people at the week's meeting"),
    Observable("quality", "share", "S05", "quality of the week's meeting"),
    Observable("contributions", "acts", "S01", "contributions of one's own, answers not counted"),
    Observable("acts", "acts", "S01", "contributions, answers, attendances and role holders' contacts"),
    Observable("answers", "acts", "S08", "answers received"),
    Observable("answers_by_tie", "acts", "S08", "of those, from somebody tied to before"),
    Observable("contacted", "people", "S02", "members contacted by a role holder"),
    Observable("ties_per_member", "ties", "S08", "ties held, per member"),
    Observable("around", "people", "S01", "members with an act in twelve weeks and not in a pause"),
    Observable("belonging", "share", "S01", "mean belonging of members"),
    Observable("fatigue", "share", "S13", "mean fatigue of regulars"),
    Observable("domain", "share", "S06", "how far the domain is identified with"),
    Observable("community_strength", "share", "S06", "belonging of the regulars times critical mass"),
    Observable("practice", "share", "S06", "shared competence"),
    Observable("common_strength", "share", "S06", "geometric mean of domain, community and practice"),
    Observable("ownership", "share", "S21", "share of the agenda that members own"),
    Observable("value_immediate", "units", "S10", "units of immediate value"),
    Observable("value_potential", "units", "S10", "units that became potential value"),
    Observable("value_applied", "units", "S10", "units applied in practice"),
    Observable("value_realized", "units", "S10", "units realized: a difference made"),
    Observable("value_failed", "units", "S10", "units applied that came to nothing"),
    Observable("value_faded", "units", "S10", "potential units lost"),
    Observable("told", "stories", "S10", "realized units told back"),
    Observable("hours", "hours", "S20", "all members' and roles' hours"),
    Observable("role_hours", "hours", "S13", "of those, in roles"),
    Observable("cost", "currency", "S20", "hours at a wage, and money"),
    Observable("role_holders", "people", "S13", "coordinator and internal leaders"),
    Observable("coordinator", "0 or 1", "S13", "somebody is the coordinator"),
    Observable("coordinator_fatigue", "share", "S13", "fatigue of the coordinator, 0 while there is none"),
    Observable("agenda_coverage", "share", "S13", "how far the agenda is driven"),
    Observable("bridging_coverage", "share", "S13", "how far the organisation is kept in touch"),
    Observable("sponsor", "0 or 1", "S19", "somebody is the sponsor"),
    Observable("sponsor_attention", "share", "S19", "attention of the sponsor"),
    Observable("legitimacy", "share", "S19", "legitimacy in the organisation"),
)
NAMES = tuple(o.name for o in OBSERVABLES)
"""Names of the recorded columns, in order."""
