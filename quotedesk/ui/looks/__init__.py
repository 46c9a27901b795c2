"""How everything looks: theme, glyphs, icons, labels."""
