"""The Hessian of the loss: its log determinant surrogate and what its spectrum says beside it."""
