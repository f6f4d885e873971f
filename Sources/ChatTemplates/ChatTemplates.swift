// ChatTemplates: see docs/architecture.md.
