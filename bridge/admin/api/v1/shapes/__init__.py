"""How answers look, for the API's description; what they hold comes from the operations' records.

A field that a record has and no shape names passes all the same: programs see what commands print.
"""
