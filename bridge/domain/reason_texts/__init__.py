"""The sentences of the catalogue: for each language what is wrong with files, and what became of sending."""
