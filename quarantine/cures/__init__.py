"""What a sender can do about a held message: problems with their cures, the plan that carries choices out, the password."""
