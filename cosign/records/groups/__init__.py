"""Groups of members: registered ones, rosters, and what both have in common."""
