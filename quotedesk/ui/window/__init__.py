"""The main window: menus, tabs, banner, status bar, the panel with the list."""
