"""What an ADMX and its ADMLs say, as frozen dataclasses, and what a rule and a finding are."""
