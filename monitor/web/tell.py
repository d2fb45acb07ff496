"""Who puts what was found into the reader's words."""

from datetime import UTC, datetime

from monitor.adapters.render.language import Language
from monitor.domain.citing import Citing
from monitor.web.found import Teller
from monitor.web.site import Site


def teller(here: Site, lang: Language) -> Teller:
    """Return a teller for the present catalogue and day."""
    narratives = {narrative.id: narrative for narrative in here.app.catalogue.narratives}
    return Teller(lang, narratives, lang.local_date(datetime.now(UTC)))


def citing(here: Site, lang: Language) -> Citing:
    """Return what tells how to cite, by the present versions and day."""
    matcher = here.app.matcher
    return Citing(
        here.app.exporting.share.names,
        matcher.catalogue_version,
        matcher.matcher_version,
        lang.local_date(datetime.now(UTC)),
    )
