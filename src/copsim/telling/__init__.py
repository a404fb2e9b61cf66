"""What happened in one run, in sentences; every one is made from an event or a row of the record."""
