"""Subgraphs that owe the gateway nothing: each a process of its own, made with what others wrote."""
