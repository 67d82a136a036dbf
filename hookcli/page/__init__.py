"""The page of `listen --ui`: what was kept, as it arrives, in a browser."""
