"""Labelled definitions to the weights of the rules.

numpy and scipy are imported here and nowhere else; a scan needs neither.
"""
