"""Nights in virtual time: who sends what, outages, storms of 429, and the lane that works through it."""
