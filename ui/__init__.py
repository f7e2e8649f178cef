"""What the office sees: windows that call services, never SQL, threads or files of the store."""
