"""Federated training: update rules, local training, aggregation."""
