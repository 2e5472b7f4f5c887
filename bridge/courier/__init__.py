"""The courier: takes one message to one place, by a signed webhook or by mail, once.

Above the settings, below the rooms: upkeep sends what is due with it, and an operator tries a target with it.
It keeps nothing and tries nothing twice.
"""
