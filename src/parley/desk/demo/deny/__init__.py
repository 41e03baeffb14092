"""What one side can try in order to deny what happened, and what files say to each attempt."""
