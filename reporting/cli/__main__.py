"""``python -m reporting.cli``: the same as the command ``reporting``."""

from reporting.cli.main import main

main(prog_name="reporting")
