"""Chinese text: segmentation, normal forms, numerals, words."""
