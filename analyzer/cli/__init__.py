"""The command ``toolmark``: the only place that prints, exits or reads the environment."""

from analyzer.cli.app import main

__all__ = ["main"]
