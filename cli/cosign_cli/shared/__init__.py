"""What several commands need; it knows none of them."""
