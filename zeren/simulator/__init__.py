"""Plays the officials of the sample city over HTTP: they sign, split, report, claim, accept and inspect.

It knows the interface as any client does: tokens, GET questions, POST actions. What everybody does in a year is drawn
beforehand from a seed (`stories`), so that the same seed on a fresh city gives the same commands and the same end.
"""
