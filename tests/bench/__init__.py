"""The figures of the first issue, measured in one run against OpenSSH's own sshd: ``python -m tests.bench``.

Not collected by pytest: a figure is for a quiet machine.  Every comparison is A B A B, medians are shown, and
beside each the CPU seconds of the server, which noise moves less than the clock.
"""
