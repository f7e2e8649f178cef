"""Working calendars: public holidays, official notices, and the notices of an office."""
