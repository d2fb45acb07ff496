"""What the product knows: values and pure decisions, without I/O, clock or randomness."""
