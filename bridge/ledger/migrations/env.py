"""What Alembic runs: the steps on the connection that `bridge.ledger.migrating` holds open and locked."""

from alembic import context

from bridge.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
