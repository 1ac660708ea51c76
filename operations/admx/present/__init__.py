"""The model as rows for pages and scripts, and the page about findings."""
