"""A private authority of the city is kept with the data; what is none is refused in words."""

import pytest

from models.errors import InputError
from services.sync.authority import authority_of, keep_authority


def test_it_is_copied_into_the_home_and_found_there(tmp_path):
    pem = tmp_path / "ca.pem"
    pem.write_text("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")
    home = tmp_path / "home"
    home.mkdir()
    assert authority_of(home) == ""
    keep_authority(home, "")
    assert authority_of(home) == ""
    keep_authority(home, str(pem))
    pem.unlink()
    assert authority_of(home) == str(home / "city-authority.pem")


@pytest.mark.parametrize("content", [None, b"", b"\xff\x00 no certificate"])
def test_a_file_that_is_none_is_refused(tmp_path, content):
    pem = tmp_path / "ca.pem"
    if content is not None:
        pem.write_bytes(content)
    with pytest.raises(InputError, match="SL-45"):
        keep_authority(tmp_path, str(pem))
