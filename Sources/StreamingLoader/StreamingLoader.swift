// StreamingLoader: see docs/architecture.md.
