// ContentStore: see docs/architecture.md.
