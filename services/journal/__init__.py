"""The journal: append, read, receive, verify, export; every act of a person is one event here."""
