"""Intake: from a closed upload to documents and deliveries, or to a reason why not.

`service` takes the oldest upload that is ready and writes what was decided in one transaction; `examine`
decides, in a thread: placing (whom it is for), recognise (what it is), compressed (.gz), directory and
archive (.zip).  Nothing here changes a byte of what a client sent.
"""
