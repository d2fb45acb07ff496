"""The demo: a week of fictional outlets, served on loopback and polled for real."""
