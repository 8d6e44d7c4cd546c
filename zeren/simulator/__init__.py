"""Plays the sample city over HTTP: officials sign, split, report, accept, inspect and answer letters; citizens complain, and what
they say is registered, answered or taken up, up to the decision that holds somebody accountable.

It knows the interface as any client does: tokens, GET questions, POST actions, and receipts at the doors of the intake. What everybody does in a year is drawn
beforehand from a seed (`stories`), so that the same seed on a fresh city gives the same commands and the same end.
"""
