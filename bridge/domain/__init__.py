"""What the words mean: pure values and decisions; standard library only, nothing awaits.

Time and chance come in as arguments.  Nothing here reads a clock, a file or a socket.
"""
