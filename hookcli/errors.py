"""What can keep us from judging, one class per cause.

A finding (an invalid payload, a failed delivery) is a value, never one of these.

    HookcliError
    ├── InputError                 something given to us cannot be read or used (exit 3)
    │   ├── FileUnreadable
    │   ├── PayloadUnreadable
    │   ├── SchemaInvalid
    │   ├── SchemaTooHeavy
    │   ├── ReferenceNotFound
    │   ├── EventUnknown
    │   ├── CheckUnknown
    │   ├── NothingJudged
    │   ├── BaselineUnusable
    │   ├── WorkerLost
    │   ├── WorkerUnlike
    │   ├── EngineMissing
    │   ├── Unsatisfiable
    │   ├── AssignmentInvalid
    │   ├── ProfileInvalid
    │   ├── SecretUnreadable
    │   ├── KeyUnusable
    │   ├── ConfigInvalid
    │   ├── ProbeUnreadable
    │   ├── ApplicationUnusable
    │   ├── StoreUnusable
    │   │   └── StoreBusy
    │   ├── CaptureUnknown
    │   └── OutputUnwritable
    ├── NothingReceived            we waited, and not enough came (exit 4)
    ├── NeverReady                 we waited, and the endpoint did not answer (exit 4)
    ├── ClusterUnreachable         nobody there takes work, or takes it any longer (exit 4)
    └── DeliveryError              an attempt that got no good answer
        ├── Unreachable            no answer at all (exit 4)
        │   ├── NameUnknown
        │   ├── ConnectionFailed
        │   ├── TlsFailed
        │   ├── ConnectTimedOut
        │   ├── ProxyFailed
        │   ├── UrlInvalid
        │   ├── MessageUnsendable
        │   └── AddressInUse       the other way round: nothing can reach the receiver
        ├── Late                   the deadline passed before the answer was complete (a finding)
        ├── ConnectionDropped
        ├── AnswerMalformed
        ├── AnswerTooLong
        └── ApplicationFailed      in process, where there is no connection to drop
"""

from __future__ import annotations


class HookcliError(Exception):
    """Something kept hookcli from judging."""


class InputError(HookcliError):
    """Something that was given to hookcli cannot be read or used."""


class FileUnreadable(InputError):
    """A file or folder cannot be opened or read."""


class PayloadUnreadable(InputError):
    """A payload is not JSON.

    Args:
        reason: what is wrong, in the user's words.
        line: 1-based line of the fault, 0 when it has no place.
        column: 1-based column of the fault in characters, 0 when it has no place.
    """

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


class SchemaInvalid(InputError):
    """A schema is not a valid JSON Schema."""


class SchemaTooHeavy(InputError):
    """A schema leads deeper, or judges a value more often, than hookcli follows it."""


class ReferenceNotFound(InputError):
    """A `$ref` points to something that is not there."""


class EventUnknown(InputError):
    """No bundled event has this name."""


class CheckUnknown(InputError):
    """No check has this id, or none is left."""


class NothingJudged(InputError):
    """There was no payload at all, which must not look as if all were well."""


class BaselineUnusable(InputError):
    """An earlier report cannot be read, or is of something else."""


class WorkerLost(InputError):
    """A process that judges was ended from outside."""


class WorkerUnlike(InputError):
    """A worker of a cluster has another hookcli, or does not see the files that are meant."""


class EngineMissing(InputError):
    """What an engine needs is not installed."""


class Unsatisfiable(InputError):
    """No payload can satisfy the schema, or none was found."""


class AssignmentInvalid(InputError):
    """A `--set` or `--unset` names a place that the payload does not have."""


class ProfileInvalid(InputError):
    """A profile is not one."""


class SecretUnreadable(InputError):
    """The shared secret cannot be read from where it was said to be."""


class KeyUnusable(InputError):
    """A key for pseudonyms is too short to keep anything secret."""


class ConfigInvalid(InputError):
    """A configuration file cannot be read."""


class ProbeUnreadable(InputError):
    """The count of effects cannot be read."""


class ApplicationUnusable(InputError):
    """The application that is to be asked in this process cannot be loaded or started."""


class StoreUnusable(InputError):
    """A store of captures cannot be opened, read or written."""


class StoreBusy(StoreUnusable):
    """Another process writes to the store, and takes its time."""


class CaptureUnknown(InputError):
    """No capture in the store has this number."""


class OutputUnwritable(InputError):
    """The result cannot be written to where it should go."""


class NothingReceived(HookcliError):
    """The receiver waited, and not enough came."""


class NeverReady(HookcliError):
    """The endpoint was waited for, and did not answer."""


class ClusterUnreachable(HookcliError):
    """The scheduler of a cluster does not answer, or not any longer, or has no workers."""


class DeliveryError(HookcliError):
    """An attempt got no good answer."""


class Unreachable(DeliveryError):
    """The endpoint gave no answer at all."""


class NameUnknown(Unreachable):
    """The host name of the endpoint is not known."""


class ConnectionFailed(Unreachable):
    """The endpoint did not accept the connection."""


class TlsFailed(Unreachable):
    """No secure connection could be agreed on, or the certificate is not trusted."""


class ConnectTimedOut(Unreachable):
    """The endpoint did not accept the connection before the deadline."""


class ProxyFailed(Unreachable):
    """The proxy did not let the message through."""


class UrlInvalid(Unreachable):
    """The URL of the endpoint is not an http or https URL."""


class MessageUnsendable(Unreachable):
    """The message cannot be written as HTTP: a header is illegal, or its Content-Length is wrong."""


class AddressInUse(Unreachable):
    """The receiver cannot listen on its address."""


class Late(DeliveryError):
    """The answer was not complete before the deadline."""


class ConnectionDropped(DeliveryError):
    """The endpoint closed the connection before it had answered."""


class AnswerMalformed(DeliveryError):
    """The answer is not HTTP."""


class AnswerTooLong(DeliveryError):
    """The answer's body is longer than we read."""


class ApplicationFailed(DeliveryError):
    """The application, asked in this process, raised an exception or gave no complete answer."""
