// Conversations: see docs/architecture.md.
