"""Text that people and programs make, as it enters: files, options, answers to prompts."""
