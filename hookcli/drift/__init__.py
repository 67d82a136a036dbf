"""What captured payloads contain that their schemas don't know, and what the schemas know that stays away."""
