"""Proofs that files are whole, one module for each kind of content."""
