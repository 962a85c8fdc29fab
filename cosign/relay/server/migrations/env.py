"""What Alembic runs to come by its connection."""

from alembic import context

if __name__ == "env_py":  # as Alembic calls it; whoever else imports all modules runs nothing
    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()
