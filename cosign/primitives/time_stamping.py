"""Requests to time stamp authorities and their answers (docs/spec.md, "Time stamps").

RFC 3161, by rfc3161-client.

An answer is a CMS structure with the authority's certificate inside. rfc3161-client takes
strict DER only; some authorities send certificates of a chain in an order that DER does
not allow (CMS allows it). asn1crypto puts them in order before the answer is read;
signatures do not cover the order.

Not protected: a stamp is worth what its authority is worth. Certificates are checked as of
the time that the stamp states; anyone who has stolen an authority's key can state any time.
"""

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Self

import asn1crypto.cms
import asn1crypto.tsp
import rfc3161_client as rfc3161
from cryptography import x509
from cryptography.x509.oid import NameOID

from cosign.errors import CosignError, MalformedError, VerificationError
from cosign.quoting import quoted

Roots = Sequence[x509.Certificate]
"""Certificates of authorities that the verifier trusts."""

_NAMES: Final = NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME
_NAME_LIMIT: Final = 200
_HINT: Final = "ask the authority again, with the file that timestamp request wrote"


def make_request(message: bytes) -> bytes:
    """Return a request for a time stamp of a message: a TimeStampReq in DER.

    It has the SHA-512 of the message and no nonce, so the same message gives the same bytes.
    """
    builder = rfc3161.TimestampRequestBuilder(message, nonce=False, cert_req=True)
    return builder.hash_algorithm(rfc3161.HashAlgorithm.SHA512).build().as_bytes()


def read_roots(raw: bytes) -> Roots:
    """Read certificates in PEM.

    Raises:
        MalformedError: there is none, or one that is damaged.
    """
    try:
        return x509.load_pem_x509_certificates(raw)
    except ValueError as e:
        raise MalformedError(
            "no certificates in PEM", hint="use the file of certificates that the authority names"
        ) from e


@dataclass(frozen=True, slots=True)
class Answer:
    """An authority's answer, decoded; nothing of it is checked.

    Attributes:
        authority: what the answer calls its maker; "" if it does not.
        time: the time that it states, in UTC.
    """

    authority: str
    time: datetime
    _response: Any  # of rfc3161-client, whose type checkers do not see through

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read a TimeStampResp in DER.

        Raises:
            MalformedError: it is none, or one without a time stamp.
        """
        with _foreign("not an answer of a time stamp authority", MalformedError):
            response = rfc3161.decode_timestamp_response(_ordered(raw))
            granted = rfc3161.PKIStatus(response.status) == rfc3161.PKIStatus.GRANTED
            if not granted:
                said = ", ".join(response.status_string)[:_NAME_LIMIT]
                why = quoted(said) if said else "no reason"
                raise MalformedError(f"the authority refused: {why}", hint=_HINT)
            return cls(_authority(response), response.tst_info.gen_time.astimezone(UTC), response)

    def check(self, message: bytes, roots: Roots) -> None:
        """Check that an authority whom ``roots`` vouch for stamped a message.

        Raises:
            VerificationError: another message, a false signature, a certificate that is not
                for time stamps, was not valid then, or leads to none of the roots, or a
                second one with its serial number.
        """
        self.check_message(message)
        with _foreign("its certificates cannot be read", VerificationError):
            # Certificates are not signed, and libraries differ in which of two they take for
            # the signer's: one that somebody added must not give a true stamp its name.
            if len(_signers(self._response, roots)) > 1:
                raise VerificationError(
                    "it has two certificates with the serial number of its maker's", hint=_HINT
                )
        said = "its signature or certificate does not lead to an authority that you named"
        with _foreign(said, VerificationError):
            builder = rfc3161.VerifierBuilder(roots=list(roots))
            builder.build().verify_message(self._response, message)

    def check_message(self, message: bytes) -> None:
        """Check that the answer is about a message; nothing else is checked.

        Raises:
            VerificationError: about another one, or by another hash than SHA-512.
        """
        asked = asn1crypto.tsp.TimeStampReq.load(make_request(message))["message_imprint"]
        imprint = self._response.tst_info.message_imprint
        wanted = asked["hash_algorithm"]["algorithm"].dotted, asked["hashed_message"].native
        if (imprint.hash_algorithm.dotted_string, imprint.message) != wanted:
            raise VerificationError("it is a stamp of another file", hint=_HINT)


@contextlib.contextmanager
def _foreign(message: str, error: type[CosignError]) -> Iterator[None]:
    """Turn whatever the libraries raise or warn of, for hostile bytes, into an error of ours."""
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except CosignError:
        raise
    except Exception as e:
        raise error(message, hint=_HINT) from e


class _Response(asn1crypto.tsp.TimeStampResp):  # type: ignore[misc]  # ships no types
    """TimeStampResp (RFC 3161, section 2.4.2): without a token, too, as refusals are."""

    _fields: ClassVar = [
        ("status", asn1crypto.tsp.PKIStatusInfo),
        ("time_stamp_token", asn1crypto.cms.ContentInfo, {"optional": True}),
    ]


def _ordered(raw: bytes) -> bytes:
    """Return an answer whose certificates are in the order of DER (X.690, section 11.6)."""
    response = _Response.load(raw, strict=True)
    if not isinstance(response["time_stamp_token"], asn1crypto.cms.ContentInfo):
        return raw  # a refusal
    signed = response["time_stamp_token"]["content"]
    if not isinstance(signed, asn1crypto.cms.SignedData):
        return raw
    certificates = list(signed["certificates"] or ())
    in_order = sorted(certificates, key=lambda certificate: bytes(certificate.dump()))
    if in_order == certificates:
        return raw
    signed["certificates"] = asn1crypto.cms.CertificateSet(in_order)
    ordered: bytes = response.dump()  # what did not change keeps its bytes
    return ordered


def _embedded(response: Any) -> Iterator[x509.Certificate]:
    return map(x509.load_der_x509_certificate, response.signed_data.certificates)


def _signers(response: Any, roots: Roots) -> set[x509.Certificate]:
    """Return the certificates that some program may take for the signer's.

    Programs compare issuers too, but not alike: some ignore case and spaces.
    """
    numbers = {signer.serial_number for signer in response.signed_data.signer_infos}
    known = *_embedded(response), *roots
    return {certificate for certificate in known if certificate.serial_number in numbers}


def _authority(response: Any) -> str:
    """Return the name of the certificate that signed, or that the answer states."""
    loaded = _embedded(response)
    by_number = {(found.issuer, found.serial_number): found for found in loaded}
    for signer in response.signed_data.signer_infos:
        found = by_number.get((signer.issuer, signer.serial_number))
        if found:
            return _name(found.subject)
    stated = response.tst_info.name
    return _name(stated.value) if isinstance(stated, x509.DirectoryName) else ""


def _name(name: x509.Name) -> str:
    parts = [str(part.value) for kind in _NAMES for part in name.get_attributes_for_oid(kind)]
    return ", ".join(parts)[:_NAME_LIMIT]
