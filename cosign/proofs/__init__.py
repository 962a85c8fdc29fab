"""What a cosignature proves, and nothing about rounds: one module for each kind of proof."""
