"""Labelled definitions to the weights of the rules.

numpy, scipy and LightGBM are imported here and nowhere else; a scan needs none of them.
"""
