"""An invented history of a portal: who did what when, told as the portal would have."""
