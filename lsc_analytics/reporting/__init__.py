"""Tables turned into charts and sentences."""
