"""The run's config with a federation whose clients hold different classes."""

from collections.abc import Mapping
from typing import Any

from flatgia.settings import jobs
from flatgia.settings.config import overlay

Overlay = Mapping[str, Any]  # of a section; what it may hold is checked where it is laid over


def name_of(alpha: float) -> str:
    """As in file names and tables: 0.1, 10."""
    return f"{alpha:g}"


def laid_over(config: Mapping[str, Any], alpha: float) -> dict[str, Any]:
    """The config at one alpha."""
    section = config["studies"]["heterogeneity"]
    own = {key: section.get(key, {}) for key in ("federation", "hessian", "targets")}
    dealt = {"federation": {"partition": "dirichlet", "alpha": float(alpha)}}
    return overlay(overlay(config, own), dealt)


def config_at(
    config: Mapping[str, Any],
    alpha: str,
    sections: list[str],
    neutral: Mapping[str, Any] | None = None,
    **chosen: Any,
) -> str:
    """These sections of the config at an alpha, by its name, as a job is given them."""
    return jobs.for_job(laid_over(config, float(alpha)), sections, dict(neutral or {}), **chosen)
