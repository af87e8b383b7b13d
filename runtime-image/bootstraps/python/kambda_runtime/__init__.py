"""The Python runtime: pure standard library, and as little of it as a start can do with."""
