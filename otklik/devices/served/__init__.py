"""How many clients a place served on a day, typed by people: place × day."""
