// ConformanceSuites: see docs/architecture.md.
