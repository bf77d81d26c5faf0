"""Scans as text: one format a module, each imported by the command that needs it."""
