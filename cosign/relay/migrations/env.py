"""What Alembic runs to come by its connection."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
