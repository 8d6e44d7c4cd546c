"""The log: everything a service knows, in the order it learned it. Append-only, gap-free, hash-chained."""
