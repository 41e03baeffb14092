"""Names of places: found by sound and across scripts, in the channel's list, a user's, and ours."""
