"""The encrypted store of one office: engine, unit of work, migrations, keys, attachments."""
