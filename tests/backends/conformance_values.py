# SPDX-License-Identifier: Apache-2.0
"""The part of the conformance suite about values: secrets, and texts that are searched."""

from __future__ import annotations

import orjson
import pytest

from stigmer.backends.contract import Backend, Put, SecretEntry
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from tests.backends.builders import apply, delete, live, put, refusals
from tests.backends.conformance import POLICY, PROD, Handles, Opened


class Confiding(Handles):
    """Secrets: told apart by fingerprint, kept as long as a version may need them."""

    PATH = "spec.data.TOKEN"

    def put(
        self, backend: Backend, value: str | None, fingerprint: str | None = None, *, new: bool = False
    ) -> Put:
        """Prod with one secret: its value, or its fingerprint alone."""
        if fingerprint is None:
            (fingerprint,) = backend.fingerprints([Secret(value or "")])
        entry = SecretEntry(fingerprint, None if value is None else Secret(value))
        spec = {"data": {"TOKEN": {"is_secret": True, "fingerprint": fingerprint}}}
        return put(PROD, None if new else live(backend, PROD), spec=spec, secrets={self.PATH: entry})

    def test_fingerprints_tell_values_apart(self, backend: Backend) -> None:
        one, two, again = backend.fingerprints([Secret("one"), Secret("two"), Secret("one")])
        assert one == again != two
        assert len(one) == 64
        assert int(one, 16)
        assert list(backend.fingerprints([])) == []

    def test_a_value_is_kept_and_not_asked_for_again(self, backend: Backend) -> None:
        apply(backend, self.put(backend, "one", new=True))
        (one,) = backend.fingerprints([Secret("one")])
        apply(backend, self.put(backend, None, one))
        assert orjson.loads(live(backend, PROD).body)["spec"]["data"]["TOKEN"]["fingerprint"] == one

    def test_an_older_value_is_kept_for_its_version(self, backend: Backend) -> None:
        apply(backend, self.put(backend, "one", new=True))
        apply(backend, self.put(backend, "two"))
        (one,) = backend.fingerprints([Secret("one")])
        apply(backend, self.put(backend, None, one), declares=False)

    def test_a_value_that_nobody_has_is_missing(self, backend: Backend) -> None:
        missing = {("secret.missing", "environment/prod")}
        (one,) = backend.fingerprints([Secret("one")])
        assert refusals(lambda: apply(backend, self.put(backend, None, one, new=True))) == missing
        apply(backend, self.put(backend, "one", new=True))
        assert refusals(lambda: apply(backend, self.put(backend, None, "f" * 64))) == missing
        moved = put(PROD, live(backend, PROD), secrets={"spec.data.OTHER": SecretEntry(one)})
        assert refusals(lambda: apply(backend, moved)) == missing
        other = put(Key("Environment", "default", "test"), secrets={self.PATH: SecretEntry(one)})
        assert refusals(lambda: apply(backend, other)) == {("secret.missing", "environment/test")}

    def test_a_value_and_another_ones_fingerprint_are_refused(self, backend: Backend) -> None:
        (two,) = backend.fingerprints([Secret("two")])
        refused = refusals(lambda: apply(backend, self.put(backend, "one", two, new=True)))
        assert refused == {("secret.missing", "environment/prod")}

    def test_secrets_go_along_with_a_renaming(self, backend: Backend) -> None:
        apply(backend, self.put(backend, "one", new=True))
        (one,) = backend.fingerprints([Secret("one")])
        renamed = Key("Environment", "default", "production")
        apply(backend, put(renamed, live(backend, PROD), secrets={self.PATH: SecretEntry(one)}))

    def test_no_clear_value_comes_back(self, backend: Backend) -> None:
        apply(backend, self.put(backend, "canary-9f2c", new=True))
        seen = [
            live(backend, PROD),
            *backend.list("Environment"),
            *backend.versions(PROD),
            backend.snapshot(),
        ]
        assert "canary-9f2c" not in repr(seen)


class Searching(Handles):
    """Full-text search over skills."""

    @pytest.fixture
    def backend(self, opened: Opened) -> Backend:
        backend = opened()
        apply(
            backend,
            put(POLICY, title="Return policy", spec={"markdown_content": "Thirty days for every parcel."}),
            put(
                Key("Skill", "acme", "tone"),
                spec={"description": "How to write", "markdown_content": "Mention a return politely."},
            ),
            put(Key("Agent", "acme", "return-agent")),
        )
        return backend

    def found(self, backend: Backend, text: str, org: str | None = None) -> list[str]:
        """Names of the skills that are found."""
        return [hit.key.name for hit in backend.search(text, org=org)]

    def test_the_best_comes_first(self, backend: Backend) -> None:
        assert self.found(backend, "return") == ["return-policy", "tone"]

    def test_all_the_words_must_occur_wherever_they_are(self, backend: Backend) -> None:
        assert self.found(backend, "RETURN parcel") == ["return-policy"]
        assert self.found(backend, "return parcel politely") == []

    def test_the_last_word_may_be_begun(self, backend: Backend) -> None:
        assert self.found(backend, "thirty parc") == ["return-policy"]
        assert self.found(backend, "thirt parcel") == []

    def test_an_org_narrows_and_a_limit_ends_it(self, backend: Backend) -> None:
        assert self.found(backend, "return", "acme") == ["tone"]
        assert len(backend.search("return", limit=1)) == 1

    def test_what_matched_is_marked(self, backend: Backend) -> None:
        (hit,) = backend.search("politely")
        assert "[politely]" in hit.excerpt
        assert (hit.key, hit.title) == (Key("Skill", "acme", "tone"), "tone")

    @pytest.mark.parametrize(
        "text", ["", "  ", "***", '"', "NOT", "a AND", "name:return", "(", "-", "\0", "return*x^2 NEAR("]
    )
    def test_any_text_can_be_searched_for(self, backend: Backend, text: str) -> None:
        assert self.found(backend, text) == []

    def test_words_are_no_operators(self, backend: Backend) -> None:
        assert self.found(backend, "return-policy") == ["return-policy"]
        assert self.found(backend, '"return" (policy)') == ["return-policy"]

    def test_the_index_keeps_step(self, backend: Backend) -> None:
        policy = live(backend, POLICY)
        apply(
            backend, put(Key("Skill", "default", "refunds"), policy, spec={"markdown_content": "Sixty days."})
        )
        assert self.found(backend, "parcel") == []
        assert self.found(backend, "sixty") == ["refunds"]
        assert self.found(backend, "policy") == []
        apply(backend, delete(live(backend, Key("Skill", "default", "refunds"))))
        assert self.found(backend, "sixty") == []
