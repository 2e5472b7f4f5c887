"""What operators do: the use cases (`operations`), and the HTTP side of them (`api`, `service`)."""
