"""The teaching page: two communities on the same luck, played in a browser; one run of each."""
