"""What the remaining cost means."""

from flatgia.audit.verdict import EXPLAINED, judge


def test_a_right_model_explains_and_a_wrong_one_does_not():
    assert judge(EXPLAINED / 10, 1.0, candidates=[]).meaning == "explained"
    found = judge(EXPLAINED * 10, 1.0, candidates=["it is of several images (--batch)"])
    assert found.meaning == "not explained" and "does not explain this gradient" in found.words
    assert found.words.endswith("or it is of several images (--batch)")


def test_a_scale_is_told_if_the_distance_leaves_no_doubt():
    assert "0.5 times as long" in judge(1e-6, 0.5, candidates=[]).words
    assert "has not ended" in judge(1e-4, 1.0, candidates=[]).words
    assert "has not ended" not in judge(1e-6, 1.0, candidates=[]).words
    assert "times as long" not in judge(1e-4, 1.03, candidates=[]).words


def test_without_candidates_the_search_is_in_doubt():
    words = judge(0.5, 1.0, candidates=[]).words
    assert words.endswith(": the search ended too early (more steps, or --retries)")


def test_relus_are_named():
    assert "ReLUs make it hard" in judge(0.5, 1.0, candidates=[], kinks=True).words
