"""Scans of real servers on this machine: processes over stdio, HTTP on the loopback."""
