"""The other programs: what each runs for each workload. See commands.py."""
