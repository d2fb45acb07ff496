"""The wiring of preservation: pages of hits as evidence, and whether they are as they were."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.preserving import Entry, Fault, Preserved
from monitor.ports import Filters
from monitor.services.preserve import Preserve
from monitor.services.visits import Limits, Visits

if TYPE_CHECKING:
    from monitor.adapters.preserving.folder import Folder
    from monitor.app import App

EXTRA: Final = "preserve"
CONFIRMED: Final = Filters(reviews=("confirmed",))
BOX: Final = Limits(pages=10, time=timedelta(minutes=2))  # of one run of the service


def preserve(
    app: "App",
    directory: Path,
    hit_ids: Sequence[int],
    limits: Limits,
    told: Callable[[Entry], None],
) -> Preserved:
    """Keep the pages of these hits, or of all confirmed ones, that are not kept yet.

    Raises ConfigError without the extra, NotFoundError, StorageError.
    """
    from monitor.adapters.host_turns import SqlHosts
    from monitor.adapters.http.fetcher import HttpFetcher, user_agent
    from monitor.adapters.preserving.camera import PageCamera
    from monitor.adapters.site import Sites

    require()
    share = app.exporting.share
    hits = list(share.book.named(hit_ids)) if hit_ids else app.archive.window_hits(CONFIRMED)
    if isinstance(hits, list) and (missing := set(hit_ids) - {one.hit_id for one in hits}):
        raise NotFoundError(f"there is no hit {min(missing)}; see `monitor search`")
    agent, private = user_agent(app.settings.contact), app.settings.allow_private_networks
    service = Preserve(
        visits=Visits(
            HttpFetcher(agent, allow_private_networks=private),
            Sites(),
            SqlHosts(app.database),
            app.clock,
        ),
        camera=PageCamera(agent, app.clock, allow_private_networks=private),
        vault=folder(app, directory),
        names=share.names,
        clock=app.clock,
    )
    return service.run(hits, limits, told)


def verify(app: "App", directory: Path) -> Sequence[Fault]:
    """Return all that is not as it was when it was kept. Raises ConfigError."""
    require()
    return folder(app, directory).faults()


def forget(app: "App", item_id: int) -> bool:
    """Delete what `MONITOR_PRESERVE` holds of an item; False where that is nothing."""
    where = app.settings.preserve
    return bool(where) and folder(app, directory_of(app, None)).remove(item_id, app.clock.now())


def folder(app: "App", directory: Path) -> "Folder":
    """Return a directory of preserved pages."""
    from monitor.adapters.http.fetcher import user_agent
    from monitor.adapters.preserving.folder import Folder

    return Folder(directory, user_agent(app.settings.contact), app.settings.contact)


def directory_of(app: "App", named: Path | None) -> Path:
    """Return where pages are kept. Raises ConfigError where nobody said so."""
    found = named or app.settings.preserve
    if found is None:
        raise ConfigError("name a directory, here or in MONITOR_PRESERVE", where="--dir")
    return found


def require() -> None:
    """Raise ConfigError, naming the extra, where it is not installed."""
    from monitor.adapters.exports.extras import needed

    needed("warcio.warcwriter", EXTRA)


def preserve_some(app: "App") -> None:
    """Do a bounded piece of the work, for the service. Raises ConfigError, StorageError."""
    preserve(app, directory_of(app, None), (), BOX, lambda _entry: None)
