"""The only place that knows model formats."""
