"""From an operation to its plan.

- `wishes` reads what the client wants, field by field, into `places`: where in the answer objects of one kind stand.
- `routes` finds for every leaf of it which subgraph is asked, and what must be fetched before, in the fewest fetches.
- `writing` writes these fetches as documents, and puts them in order.

`planner` does the three in turn; `catalogue` is what they look up in the supergraph.
"""
