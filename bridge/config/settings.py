"""Every setting with its unit, its default and its reason; `deploy/bridge.toml` shows the same, annotated."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bridge.config.admin import AdminSettings
from bridge.config.judging import DuplicateSettings, GuardSettings
from bridge.config.mail import MailSettings
from bridge.config.section import Port, Section
from bridge.domain.hosts import is_host, is_loopback
from bridge.domain.kinds import Kind
from bridge.domain.laning import LaneScope
from bridge.domain.pacing import PaceName


class SftpSettings(Section):
    """The SFTP door."""

    host: str = "0.0.0.0"  # noqa: S104  a server is there to be reached
    port: Port = 2222  # 0: any free one
    compat_port: Port | None = None  # extra listener for 2018-era clients (SHA-1 RSA signatures)
    ancient_port: Port | None = (
        None  # extra listener with group1, CBC and the like; only where nothing else helps
    )
    public_host: str | None = None  # as senders reach the door; stands on connection sheets
    public_port: Port | None = None  # likewise; None: that of `port`
    max_connections: int = Field(500, ge=1)  # bounds memory: 200 idle sessions cost 8 MB
    max_unauthenticated: int = Field(100, ge=1)  # connections that have not logged in yet
    max_sessions_per_account: int = Field(32, ge=1)  # open SFTP channels
    max_open_files: int = Field(64, ge=1)  # handles of one session; OpenSSH clients use one at a time
    max_file_bytes: int = Field(5 * 1024**3, ge=1)  # an upload is refused at the byte above
    min_free_bytes: int = Field(256 * 1024**2, ge=0)  # uploads are refused at OPEN when the disk has less
    login_seconds: float = Field(30.0, gt=0)  # until then the client must have logged in
    idle_seconds: float = Field(900.0, gt=0)  # a session without a request is closed

    @field_validator("public_host")
    @classmethod
    def _is_a_host(cls, value: str | None) -> str | None:
        if value is not None and not is_host(value):
            raise ValueError("expected a host name or an address, such as sftp.example.com, without a port")
        return value


class DestinationSettings(Section):
    """The HTTP API that files are delivered to."""

    base_url: str = "https://backend.paytsoftware.com"
    ca_file: Path | None = None  # PEM; trusted in addition to the system's
    rate_limit: int = Field(3, ge=0)  # files per period, all nodes together; 0: no limit (for benchmarks)
    rate_period_seconds: float = Field(1.0, gt=0)
    # Added to the period before a permit returns: requests that start a period apart must not arrive
    # closer than that, and the way to the destination is not always equally long.
    rate_margin_seconds: float = Field(0.025, ge=0)  # with the pace exact only
    # When the next request may start.  exact: a period and the margin after the start of the one before;
    # safe: a period after its answer; adaptive: safe at first, closer to exact while no 429 comes.
    pace: PaceName = PaceName.EXACT
    lane_scope: LaneScope = LaneScope.DESTINATION  # what has a rate, a pause and a queue of its own
    timeout_seconds: float = Field(60.0, gt=0)  # total, per attempt
    max_in_flight: int = Field(64, ge=1)  # of a lane, at once; reached only when answers take long
    gzip_above_bytes: int = Field(65536, ge=0)  # data files above this go as NAME.gz
    token_kinds: frozenset[Kind] = frozenset(
        {Kind.DATA}
    )  # kinds sent with the import token (documented for data)
    extra_headers: dict[str, SecretStr] = Field(default_factory=dict)  # for example Authorization
    max_age_hours: float = Field(120.0, gt=0)  # five days of trying, then held for a person
    # So long before an administration's import its files should be there: Payt says "around 01:00".
    cut_off_margin_seconds: float = Field(300.0, ge=0)

    @field_validator("base_url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("expected https://HOST, or http://127.0.0.1:PORT for tests")
        if parts.username or parts.password:
            raise ValueError("expected a URL without credentials; put these in destination.extra_headers")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("expected https; plain http is only for loopback addresses")
        return value.rstrip("/")

    @field_validator("ca_file")
    @classmethod
    def _is_there(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("expected a PEM file; there is none of this name")
        return value

    @field_validator("extra_headers")
    @classmethod
    def _are_headers(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, secret in value.items():
            if not name.replace("-", "").isalnum() or not name.isascii():
                raise ValueError(f"expected header names, and {name!r} is none")
            if name.lower() in {"host", "content-length", "transfer-encoding", "content-type"}:
                raise ValueError(f"expected no {name}: the bridge sets it itself")
            if any(ord(c) < 32 or ord(c) > 126 for c in secret.get_secret_value()):
                raise ValueError(f"expected printable ASCII as values; that of {name} has another character")
        return value


class LedgerSettings(Section):
    """Where the ledger is."""

    url: SecretStr | None = None  # sqlite:///FILE or postgresql://…; default: ledger.db under data_dir

    @field_validator("url")
    @classmethod
    def _is_known(cls, value: SecretStr | None) -> SecretStr | None:
        known = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
        if value is not None and not value.get_secret_value().startswith(known):
            raise ValueError("expected sqlite:///FILE or postgresql://USER@HOST/NAME")
        return value


class SpoolSettings(Section):
    """Where the accepted bytes are."""

    url: str | None = None  # file:///FOLDER; default: spool under data_dir
    encrypt: bool = False  # new files are sealed with the key in keys_dir/spool.key, made if missing

    @field_validator("url")
    @classmethod
    def _is_known(cls, value: str | None) -> str | None:
        if value is not None and (
            urlsplit(value).scheme != "file" or not urlsplit(value).path.startswith("/")
        ):
            raise ValueError("expected file:///FOLDER")
        return value


class IntakeSettings(Section):
    """What happens between the client's CLOSE and the queue."""

    settle_seconds: float = Field(2.0, ge=0)  # rewrites and renames within this time count once
    batch_quiet_seconds: float = Field(60.0, ge=0)  # files of a session with a shorter pause are told as one
    zip_directories: Literal["flatten", "skip"] = "flatten"
    max_members: int = Field(20_000, ge=1)  # files in one archive
    max_unpacked_bytes: int = Field(4 * 1024**3, ge=1)  # of one archive or .gz
    max_ratio: float = Field(200.0, ge=1)  # unpacked : packed of an archive; text exports reach 20 to 60
    archives_whole: bool = True  # with data files or declarations in it: one held file holds all of them
    close_check_ms: int = Field(200, ge=0)  # time for a verdict at CLOSE; 0: none, CLOSE always succeeds


class ExpectationSettings(Section):
    """When an upload that is due and does not come raises an alarm."""

    tolerance_minutes: float = Field(30.0, ge=0)  # after it is due
    before_cutoff_minutes: float = Field(60.0, ge=0)  # but so long before the import, to have time to act


class AlarmSettings(Section):
    """From when on somebody is told."""

    disk_free_bytes: int = Field(
        2 * 1024**3, ge=0
    )  # the disk is low with less; uploads end at min_free_bytes
    expiry_days: float = Field(14.0, ge=0)  # before a certificate, a password or a key ends


class SummarySettings(Section):
    """A mail each night, before the imports and after, to those who get every alarm by mail."""

    send: bool = True
    before_minutes: float = Field(60.0, ge=0)  # before the first import of the night
    after_minutes: float = Field(30.0, ge=0)  # after the last


class RetentionSettings(Section):
    """When bytes are removed; names, sizes and hashes stay in the ledger."""

    finished_days: float = Field(14.0, ge=0)  # after the last delivery of an upload is finished
    declaration_days: float = Field(0.0, ge=0)  # health data: not longer than needed
    waiting_days: float = Field(7.0, gt=0)  # partial uploads, and files under a temporary name


class LogSettings(Section):
    """What is written to standard error."""

    format: Literal["auto", "text", "json"] = "auto"  # auto: text on a terminal, else json
    level: Literal["debug", "info", "warning", "error"] = "info"


class TracingSettings(Section):
    """OpenTelemetry, an extra: install sftp-bridge[tracing]."""

    endpoint: str | None = None  # of a collector, OTLP over HTTP; None: off
    service: str = Field("sftp-bridge", min_length=1)  # all processes that share a ledger need the same

    @field_validator("endpoint")
    @classmethod
    def _is_a_url(cls, value: str | None) -> str | None:
        if value is not None and (
            urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname
        ):
            raise ValueError("expected a URL such as http://127.0.0.1:4318/v1/traces")
        return value


class Settings(BaseSettings):
    """All settings; see `bridge.config.load`."""

    model_config = SettingsConfigDict(
        env_prefix="BRIDGE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
        env_ignore_empty=True,  # compose files pass on variables that nobody set
    )

    data_dir: Path = Path("data")
    keys_dir: Path = Path("keys")
    language: Literal["en", "nl"] = "en"  # of the texts that senders read
    sftp: SftpSettings = SftpSettings()
    destination: DestinationSettings = DestinationSettings()
    ledger: LedgerSettings = LedgerSettings()
    spool: SpoolSettings = SpoolSettings()
    admin: AdminSettings = AdminSettings()
    intake: IntakeSettings = IntakeSettings()
    guards: GuardSettings = GuardSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    expectations: ExpectationSettings = ExpectationSettings()
    alarms: AlarmSettings = AlarmSettings()
    mail: MailSettings = MailSettings()
    summary: SummarySettings = SummarySettings()
    retention: RetentionSettings = RetentionSettings()
    log: LogSettings = LogSettings()
    tracing: TracingSettings = TracingSettings()

    @model_validator(mode="after")
    def _listen_apart(self) -> Self:
        taken: dict[int, str] = {}
        for key, port in (
            ("sftp.port", self.sftp.port),
            ("sftp.compat_port", self.sftp.compat_port),
            ("sftp.ancient_port", self.sftp.ancient_port),
            ("admin.port", self.admin.port),
        ):
            if port and port in taken:
                raise ValueError(
                    f"{taken[port]} and {key} are both {port}: expected a port of its own for each"
                )
            taken[port or 0] = key
        return self

    @property
    def ledger_url(self) -> str:
        """The ledger's URL, the embedded default worked out."""
        if self.ledger.url is not None:
            return self.ledger.url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'ledger.db').absolute()}"

    @property
    def spool_folder(self) -> Path:
        """The spool's folder, the default worked out."""
        if self.spool.url is not None:
            return Path(urlsplit(self.spool.url).path)
        return self.data_dir / "spool"
