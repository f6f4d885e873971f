// DatasetFormats: see docs/architecture.md.
