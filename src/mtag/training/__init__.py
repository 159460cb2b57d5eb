"""Training: what builds the shipped models. Tagging never imports it."""
