"""Images: CIFAR-10, the auxiliary images, and the small synthetic set of the tests."""
