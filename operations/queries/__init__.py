"""Reads that two or more channels need: filters, figures, an object's trail."""
