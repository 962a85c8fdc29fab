"""State that must survive a crash: the registrar's ledger and the homes of secret keys."""
