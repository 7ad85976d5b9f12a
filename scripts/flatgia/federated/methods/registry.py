"""The names of the update rules. Only names: what a name stands for is in its own file."""

REGISTRY = {
    "fedavg": "flatgia.federated.methods.fedavg:FedAvg",
    "fedsam": "flatgia.federated.methods.fedsam:FedSAM",
    "fedasam": "flatgia.federated.methods.fedasam:FedASAM",
    "fedgf": "flatgia.federated.methods.fedgf:FedGF",
    "fedsai": "flatgia.federated.methods.fedsai:FedSAI",
}
