"""Messages out, deliveries back."""
