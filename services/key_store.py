"""The folder of signing keys: whose keys lie there, and how new ones and root certificates come in.

A PKCS#12 file hides its certificate behind the password, so the public certificate is kept beside
it (`staff-….cer.txt`, PEM): the list can name holder and expiry without anyone's password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from models.envelope import Actor
from models.errors import ForeignError, InputError, NotAllowed
from models.events.administration import KeyAdded, RootAdded
from models.order import canonical
from models.staff import Role, Staff
from models.words import tr
from services.core import Core, SignedIn
from services.journal.reading import stream_events
from services.people import demand_role, get_staff, staff_rows
from services.signers import KEY_STREAM, SEAL, seal_names
from services.signing.holder import Holder, holder_of, same_text
from services.signing.keys import open_key
from services.signing.training_pki import ROOT_FILE, SEAL_FILE, add_training_key, key_path
from services.store.files import make_folder, write_file
from services.training.accounts import PASSWORD

__all__ = [
    "SEAL", "KeyRow", "RootRow", "import_key", "import_root", "key_rows", "make_training_key",
    "root_rows", "take_up_roots", "tell_training_root",
]  # fmt: skip

MAX_FILE = 1_000_000
ADMINS = (Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)


@dataclass(frozen=True)
class KeyRow:
    """One key file; `holder` is None when only its password could tell whose it is."""

    owner: str
    owner_name: str
    file: str
    holder: Holder | None


@dataclass(frozen=True)
class RootRow:
    """One certificate that signatures are traced back to."""

    file: str
    subject: str
    valid_to: datetime
    training: bool


def key_rows(core: Core) -> tuple[KeyRow, ...]:
    """The organisation's key first, then one row per leader and per other key that lies there.

    A leader without a key has a row with an empty `file`.
    """
    folder = core.home / "keys"
    with core.store.read() as conn:
        people = staff_rows(conn)
    rows = [_row(core, folder / SEAL_FILE, owner=SEAL, name=core.office.unit_name)]
    for person in people:
        path = key_path(folder, person.id)
        if path.exists() or (person.active and person.has(Role.LEADER)):
            rows.append(_row(core, path, owner=person.id, name=person.name))
    return tuple(rows)


def _row(core: Core, path: Path, *, owner: str, name: str) -> KeyRow:
    if not path.exists():
        return KeyRow(owner, name, "", None)
    return KeyRow(owner, name, path.name, _public_holder(path, core.office.training))


def _public_holder(path: Path, training: bool) -> Holder | None:
    """The holder from the certificate beside the key; training keys have a known password."""
    try:
        return holder_of(x509.load_pem_x509_certificate(_beside(path).read_bytes()))
    except (OSError, ValueError):
        pass
    if not training:
        return None
    try:
        _, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), PASSWORD.encode())
    except (OSError, ValueError):
        return None
    return holder_of(certificate) if certificate else None


def _beside(path: Path) -> Path:
    return path.with_name(path.stem + ".cer.txt")


def import_key(core: Core, who: SignedIn, source: Path, *, owner: str, password: str) -> Holder:
    """Bring a .p12 file in as the key of `owner` (a staff id or `SEAL`); the password is not kept.

    Raises the errors of `open_key`, `InputError` KY-40 when the certificate names somebody else,
    `NotAllowed` KY-41 for a training key in a real office.
    """
    role = demand_role(who, *ADMINS)
    key = open_key(source, password, now=core.clock.now())
    if key.holder.training and not core.office.training:
        raise NotAllowed(
            "KY-41",
            tr("Đây là khóa tập huấn, không dùng được ở văn phòng thật."),
            tr("Chọn tệp khóa do Ban Cơ yếu Chính phủ cấp."),
        )
    _demand_right_holder(core, key.holder, owner)
    folder = core.home / "keys"
    make_folder(folder)
    path = folder / SEAL_FILE if owner == SEAL else key_path(folder, owner)
    write_file(path, _read(source))
    write_file(_beside(path), key.certificate.public_bytes(Encoding.PEM))
    _record(core, who, role, owner=owner, holder=key.holder)
    return key.holder


def _demand_right_holder(core: Core, holder: Holder, owner: str) -> None:
    if owner == SEAL:
        names = seal_names(core)
        fits = any(holder.is_named(name) for name in names)
        expected = names[-1]
    else:
        with core.store.read() as conn:
            person = get_staff(conn, owner)
        fits = not holder.is_organisation and same_text(holder.name, person.name)
        expected = person.name
    if not fits:
        raise InputError(
            "KY-40",
            tr("Chứng thư ghi tên {name}, không phải {expected}.", name=holder.name or "…",
               expected=expected),
            _next_step(owner),
            field="file",
        )  # fmt: skip


def _next_step(owner: str) -> str:
    if owner == SEAL:
        return tr("Chọn đúng tệp khóa, hoặc ghi tên trong chứng thư vào Quản trị › Cài đặt.")
    return tr("Chọn đúng tệp khóa, hoặc sửa họ tên người dùng cho khớp chứng thư.")


def make_training_key(core: Core, who: SignedIn, person: Staff, *, password: str) -> Path:
    """Make a training key for a person; `NotAllowed` KY-42 outside a training office."""
    role = demand_role(who, *ADMINS)
    if not core.office.training:
        raise NotAllowed(
            "KY-42",
            tr("Chỉ văn phòng tập huấn mới tự tạo khóa ký."),
            tr("Văn phòng thật dùng khóa do Ban Cơ yếu Chính phủ cấp."),
        )
    path = add_training_key(
        core.home / "keys", unit_name=core.office.unit_name,
        person=(person.id, person.name, person.position), now=core.clock.now(), password=password,
    )  # fmt: skip
    key = open_key(path, password, now=core.clock.now())
    write_file(_beside(path), key.certificate.public_bytes(Encoding.PEM))
    _record(core, who, role, owner=person.id, holder=key.holder)
    return path


def _record(core: Core, who: SignedIn, role: Role, *, owner: str, holder: Holder) -> None:
    with core.journal.act(who.acting_as(role)) as act:
        act.add(
            KEY_STREAM,
            KeyAdded(owner, holder.name, holder.organisation, holder.serial,
                     holder.valid_to.isoformat(), holder.fingerprint),
        )  # fmt: skip


def root_rows(core: Core) -> tuple[RootRow, ...]:
    """The certificates in `keys/roots`; files that cannot be read have no subject."""
    folder = core.home / "keys" / "roots"
    rows = []
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in (".pem", ".crt", ".cer", ".der"):
            for certificate in _certificates(path.read_bytes(), path.name):
                holder = holder_of(certificate)
                rows.append(RootRow(path.name, holder.name, holder.valid_to, holder.training))
    return tuple(rows)


def import_root(core: Core, who: SignedIn, source: Path) -> tuple[str, ...]:
    """Accept the root and intermediate certificates of a file; returns their names.

    Raises `ForeignError` KY-43 when the file holds no certificate of an authority.
    """
    role = demand_role(who, *ADMINS)
    found = [c for c in _certificates(_read(source), source.name) if _is_authority(c)]
    if not found:
        raise _no_root(source.name)
    folder = core.home / "keys" / "roots"
    make_folder(folder.parent)
    make_folder(folder)
    names = []
    for certificate in found:
        fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
        name = holder_of(certificate).name
        write_file(_root_path(folder, fingerprint), certificate.public_bytes(Encoding.PEM))
        with core.journal.act(who.acting_as(role)) as act:
            der = certificate.public_bytes(Encoding.DER)
            act.add(KEY_STREAM, RootAdded(fingerprint, name, der))
        names.append(name)
    return tuple(names)


def _root_path(folder: Path, fingerprint: str) -> Path:
    return folder / f"{fingerprint[:32]}.pem"


def take_up_roots(core: Core) -> int:
    """Put the root certificates that other PCs accepted beside our own; returns how many are new.

    Bytes that are no certificate of an authority, or of another fingerprint, have no effect.
    """
    folder = core.home / "keys" / "roots"
    here = _fingerprints(folder)
    count = 0
    for said in _told(core):
        certificate = None if said.fingerprint in here else _carried(said)
        if certificate is not None:
            make_folder(folder.parent)
            make_folder(folder)
            pem = certificate.public_bytes(Encoding.PEM)
            write_file(_root_path(folder, said.fingerprint), pem)
            here.add(said.fingerprint)
            count += 1
    return count


def tell_training_root(core: Core, actor: Actor) -> bool:
    """Let the journal carry the root a training office made itself; False when it does, or may not.

    Only for training: in a real office a person accepts roots (`import_root`), never a folder.
    """
    path = core.home / "keys" / ROOT_FILE
    if not core.office.training or not path.is_file():
        return False
    (root,) = _certificates(path.read_bytes(), path.name)
    fingerprint = root.fingerprint(hashes.SHA256()).hex()
    if any(said.fingerprint == fingerprint and said.certificate for said in _told(core)):
        return False
    with core.journal.act(actor) as act:
        der = root.public_bytes(Encoding.DER)
        act.add(KEY_STREAM, RootAdded(fingerprint, holder_of(root).name, der))
    return True


def _told(core: Core) -> list[RootAdded]:
    """The roots the journal names, without those of a revoked PC's last acts."""
    with core.store.read() as conn:
        order = canonical(stream_events(conn, KEY_STREAM))
    events = [item.event() for item in order.events if not item.outlawed]
    return [said for said in events if isinstance(said, RootAdded)]


def _fingerprints(folder: Path) -> set[str]:
    """Of every certificate that lies in `folder`; a file that cannot be read has none."""
    found = set()
    for path in sorted(folder.glob("*")):
        try:
            found |= {
                each.fingerprint(hashes.SHA256()).hex()
                for each in _certificates(path.read_bytes(), path.name)
            }
        except (OSError, ForeignError):
            continue
    return found


def _carried(said: RootAdded) -> x509.Certificate | None:
    try:
        certificate = x509.load_der_x509_certificate(said.certificate)
        fits = certificate.fingerprint(hashes.SHA256()).hex() == said.fingerprint
        return certificate if fits and _is_authority(certificate) else None
    except ValueError:
        return None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _read(source: Path) -> bytes:
    try:
        with source.open("rb") as file:
            return file.read(MAX_FILE)
    except OSError as error:
        raise InputError(
            "KY-44", tr("Không mở được tệp {name}.", name=source.name),
            tr("Kiểm tra thiết bị hoặc thư mục chứa tệp."), field="file",
        ) from error  # fmt: skip


def _certificates(raw: bytes, name: str) -> list[x509.Certificate]:
    try:
        if b"-----BEGIN CERTIFICATE-----" in raw:
            return x509.load_pem_x509_certificates(raw)
        return [x509.load_der_x509_certificate(raw)]
    except ValueError as error:
        raise _no_root(name) from error


def _no_root(name: str) -> ForeignError:
    return ForeignError(
        "KY-43",
        tr("Tệp {name} không chứa chứng thư của nơi cấp nào.", name=name),
        tr("Chọn tệp .cer, .crt hoặc .pem của chứng thư gốc."),
    )
