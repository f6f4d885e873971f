// DatasetRegistry: see docs/architecture.md.
