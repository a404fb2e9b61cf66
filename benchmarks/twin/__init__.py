OFF_IN_TWIN = ("leading", "sponsoring", "welcoming", "meeting", "valuing", "staging")
"""Mechanisms that are switched off when the engine meets its twin."""
