"""What alarms say, a module for each language; loaded by whoever shows them."""
