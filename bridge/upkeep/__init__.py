"""What goes on beside the flow: the end of retention."""
