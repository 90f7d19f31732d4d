"""`python -m workbench` is `casegraph`."""

from workbench.cli import main

main()
