"""Names and limits that many layers share, written once; loads nothing."""

STAGES = ("potential", "coalescing", "maturing", "sustaining", "transforming", "ended")
"""Stages of the lifecycle; their places are the codes in every record."""
ENDS = ("", "stillborn", "faded", "legacy", "split", "merger", "institutionalised")
"""How a community can end; the empty one goes on."""
EVENT_KINDS = ("coordinator-leaves", "sponsor-leaves", "top-contributor-leaves")
"""Dated events a scenario can hold."""
MOST_WEEKS, MOST_MEMBERS, MOST_REPLICATES = 5_200, 10_000_000, 1_000_000
