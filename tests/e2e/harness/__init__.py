"""What the checks stand on: processes, Wicket and its commands, upstreams with their logs, and real clients."""
