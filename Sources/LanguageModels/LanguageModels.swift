// LanguageModels: see docs/architecture.md.
