"""The spool: accepted bytes.  `protocol` says what one must do, `local` keeps them in a folder."""
