"""Groups of members: registered groups, rosters, and what they have in common."""
