"""What people bring: their own checkpoint, gradient, image."""
