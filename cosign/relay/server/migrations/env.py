"""Alembic's entry point: run the migrations on the connection that it was given."""

from alembic import context

if __name__ == "env_py":  # Alembic's name for it; an ordinary import runs nothing
    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()
