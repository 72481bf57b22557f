"""How pages become reports: one module per page."""
