"""The checks, a group a file."""
