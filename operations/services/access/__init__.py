"""Who may come in: accounts, groups, API clients, and what the trail records of access."""
