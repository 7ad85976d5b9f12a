"""Membership inference: what is seen of a model's outputs, attacks as scores of it, and how well they tell members apart.

Arrays are models x images: `phi` (N, I), `members` (N, I) true where an image is in a model's training set. A higher score
means more likely a member. Nothing here trains a model.
"""
