"""A module for each noun: what programs may ask and do."""
