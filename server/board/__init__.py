"""The city board: readings of every office's journal, alarms, pages, CSV and JSON for operators."""
