"""Feeds: how published facts travel from the log that owns them to the logs of other services."""
