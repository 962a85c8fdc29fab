"""The format of everything that is written or sent: records, text, armor, padding."""
