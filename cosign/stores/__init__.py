"""State that must survive a crash: files, homes of secret keys, the registrar's ledger."""
