"""The one configuration that is small enough for tests: every section of the paper's, on the synthetic images."""

# One job a round, as at the paper's scale.
ONE = {"rounds_per_job": {"train": 1, "hessian": 1, "attack": 1}}
TINY = {
    "scale": "tiny",
    "seeds": [0],
    "compute": {"compile": "never"},
    "data": {"dataset": "synthetic"},
    "federation": {
        "clients": 3, "clients_per_round": 2, "images_per_client": 40, "local_epochs": 1, "batch_size": 20,
        "test_images": 50,
    },
    "rounds": {"table": [0, 2], "curve": [1], "long": []},
    "rounds_per_job": {"train": 4, "hessian": 4, "attack": 4},
    "methods": {"fedsai": {"pretraining": {"images": 40, "epochs": 1, "batch_size": 20}}},
    "targets": {"images": 4},
    "attacks": {
        "idlg": {"tv": [0], "steps": [5], "restarts": 2},
        "gi": {"tv": [0.01, 0.001], "steps": [3, 3], "restarts": 2},
        "ig": {"tv": [0.01, 0.001], "steps": [3, 3], "restarts": 2},
        "ig_short": {"steps": 5},
        "ig_updates": {"tv": [0.01], "steps": [2]},
        "gias": {"latent_steps": 2, "generator_steps": 2, "restarts": 2, "refine_tv": [0.001], "refine_steps": [2]},
        "gifd_untrained": {"steps_per_stage": 2, "restarts": 1, "refine_tv": [0.001], "refine_steps": [2]},
        "gifd": {"steps_per_stage": 2, "restarts": 1, "refine_tv": [0.001], "refine_steps": [2]},
    },
    "generator": {"channels": [8, 8, 8, 8], "discriminator_channels": [8, 8, 8, 8], "latent": 8, "images": 64},
    "hessian": {"exact": [], "error": None, "images": 4, "probes": 2, "steps": 3},
    "metrics": ["psnr", "ssim", "mse"],
    "report": {
        "methods": ["fedavg", "fedsai"],
        "rho": {"methods": ["fedavg", "fedgf"]},
        "batch": {"methods": ["fedavg"], "sizes": [1, 2]},
    },
    "studies": {
        "controls": {"methods": ["fedavg", "fedsai"], "attacks": ["ig"]},
        "credit": {"methods": ["fedavg"], "attacks": ["ig", "gifd_untrained"]},
        "published": {"methods": ["fedavg"], "attacks": ["ig_short"]},
        "readings": {"inputs": ["raw"], "init": ["dlg", "pytorch"], "methods": ["fedavg"], "attacks": ["ig"]},
        "information": {"methods": ["fedavg", "fedsai"], "images": 2, "directions": 6, "matching": [1]},
        "lavp": {
            "networks": ["own", "mlp"], "rounds": 1, "other_rounds": [0], "images": 4, "directions": 6, "sigmas": [0.1],
            "steps": 3,
        },
        "shift": {"methods": ["fedsam"], "attacks": ["ig", "gifd"], "images": 1},
        "privacy": {"methods": ["fedavg"], "matching": [1]},
        "updates": {"rounds": [0], "images": 2, "cases": [[1, 1, 2], [2, 1, 2]]},
        "bounds": {"methods": ["fedavg", "fedsai"], "batches": [1, 4], "ascent": 2, "steps": 4, "probes": 2},
        "membership": {
            "network": {"width": 4}, "compared": ["sgd", "sam"], "images": 40, "models": 8, "models_per_job": 8, "epochs": 2,
            "marks": [1], "traced": 20, "test_images": 40, "population": 20, "batch_size": 10,
            "linear": {"images": 240, "pool": 4, "draws": 8, "strengths": [10.0]},
        },
        "xsam": {
            "methods": ["fedxsam"],
            "attacks": ["ig"],
            "networks": {
                "relu_lenet": {"images": 40, "epochs": 1, "tuning_epochs": 1, "measured": [1], "hessian_images": 20,
                               "optimisers": ["xsam_signfree"]},
                "resnet20": {"images": 16, "epochs": 1, "tuning_epochs": 1, "measured": [1], "hessian_images": 8,
                             "optimisers": ["sam"]},
            },
            "rates": {"gradient": [0.03], "unit": [0.03]},
            "held_out": 20,
            "test_images": 20,
            "batch_size": 20,
            "probe": 1,
        },
        "lia": {
            "parts": ["all"],
            "networks": ["ConvNet"], "methods": ["fedavg", "fedsam"], "clients": 3, "images": 4, "strengths": [0.3],
            "strengths_of_methods": [0.3], "gammas": [0], "gammas_of_stealth": [0], "batches": [4], "scale": [3],
            "largest": 10, "steps": [2], "noises": [0.01], "images_at_scale": 4, "pretraining_images": 40,
            "pretraining_epochs": 1, "test_images": 50,
        },
    },
}  # fmt: skip
