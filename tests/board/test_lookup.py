import string
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from models.lookup import ALPHABET, is_lookup_secret, lookup_secret, plain_secret

ID = "019a9f6e-5d00-7abc-8def-0123456789ab"


def test_the_secret_of_an_id_never_changes() -> None:
    """Printed papers outlive versions of the program: the rule is frozen by an example."""
    assert lookup_secret(ID) == "V9BH-9Q17"


@given(st.uuids())
def test_secrets_are_short_and_unambiguous(uuid: UUID) -> None:
    secret = lookup_secret(str(uuid))
    assert len(secret) == 9 and secret[4] == "-"
    assert set(secret) - {"-"} <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET) and len(set(ALPHABET)) == 32


@given(st.uuids(), st.sampled_from(["", " ", "-", " - "]), st.booleans())
def test_typed_as_people_type_it_is_recognised(uuid: UUID, between: str, low: bool) -> None:
    secret = lookup_secret(str(uuid)).replace("-", between)
    typed = secret.replace("1", "l").replace("0", "o")
    assert is_lookup_secret(str(uuid), typed.lower() if low else typed)


@given(st.uuids(), st.uuids())
def test_another_dossiers_secret_opens_nothing(one: UUID, other: UUID) -> None:
    same = lookup_secret(str(one)) == lookup_secret(str(other))
    assert is_lookup_secret(str(one), lookup_secret(str(other))) == same


@given(st.text(max_size=40))
def test_no_typed_text_breaks_it(typed: str) -> None:
    assert is_lookup_secret(ID, typed) == (plain_secret(typed) == plain_secret(lookup_secret(ID)))


def test_secrets_spread_over_the_whole_alphabet() -> None:
    """Eight letters of five bits each: no letter is stuck, neighbours do not look alike."""
    made = [lookup_secret(f"{ID[:-4]}{n:04x}") for n in range(2000)]
    assert len(set(made)) == 2000
    for place in (0, 1, 2, 3, 5, 6, 7, 8):
        assert {secret[place] for secret in made} == set(ALPHABET)
    assert set(string.ascii_lowercase).isdisjoint("".join(made))
