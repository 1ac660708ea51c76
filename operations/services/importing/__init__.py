"""Many templates at once: read from folders and zips, decided together, imported in dependency order."""
