"""flatgia: do flat minima protect federated learning from gradient inversion?"""

__version__ = "0.1.0"
