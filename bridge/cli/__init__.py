"""The commands: one module per noun; each calls `bridge.admin.operations` and shows the answer.

What a command needs is imported when it runs, so that ``--help`` and short commands start fast.
"""
