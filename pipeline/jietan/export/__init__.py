"""Tables to the files people hand in."""
