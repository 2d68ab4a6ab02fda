"""What a site sees of the participant's diary, and does for it."""
