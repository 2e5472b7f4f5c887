"""The courier takes messages out."""
