"""From bytes to the model: every file is read to its end, and what is wrong with it becomes findings."""
