"""The table: model, view, columns, painting, sparklines."""
