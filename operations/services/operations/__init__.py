"""What may happen to an operation: recorded, requested, performed; each change in one writer."""
