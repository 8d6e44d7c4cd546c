"""A gateway for federated GraphQL: composes subgraphs, plans operations over them, and joins their answers.

It knows nothing of the field that the subgraphs are about, and imports nothing of the system that it lies in.
"""
