"""The heat map: the rows of a list as tiles, as large as their turnover, in the colour of their change."""
