"""Delivery: takes what is due from the ledger and sends it, an HTTP request an attempt, within the rate.

`service` runs a `dispatcher` for each lane; `lane` is the right to send; `limiter` the rate; `exchange` one
attempt, from `body` and `targets` through `sender`; `settlement` writes down what came of it.  What an answer
means is decided in `bridge.domain.outcomes`; what a file means was decided by intake.
"""
