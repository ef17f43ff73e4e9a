"""The loop after a consultation: what became of each suggestion."""
