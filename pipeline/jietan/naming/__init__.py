"""Names of themes: titles, keywords, sides and what each rests on."""
