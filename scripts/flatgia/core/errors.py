"""The one exception a user is meant to read."""


class FlatgiaError(Exception):
    """One sentence: where, what is wrong, and how to mend it. Anything else that is raised is a bug."""

    def __init__(self, where: object, what: str, remedy: str) -> None:
        self.where, self.what, self.remedy = str(where), what, remedy
        super().__init__(" ".join(f"{where}: {what}; {remedy}.".splitlines()))  # a library's words may have lines
