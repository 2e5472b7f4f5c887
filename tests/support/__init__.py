"""What tests share: databases, builders and a clock that stands still."""
