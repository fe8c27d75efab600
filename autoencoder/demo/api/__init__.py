"""What programs can call, and the checking of what they send."""
