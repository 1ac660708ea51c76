"""Reads that two or more doors need: filters, figures, an object's trail."""
