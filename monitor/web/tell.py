"""Who puts what was found into the reader's words."""

from datetime import UTC, datetime

from monitor.adapters.render.language import Language
from monitor.web.found import Teller
from monitor.web.site import Site


def teller(here: Site, lang: Language) -> Teller:
    """Return a teller for the present catalogue and day."""
    narratives = {narrative.id: narrative for narrative in here.app.catalogue.narratives}
    return Teller(lang, narratives, lang.local_date(datetime.now(UTC)))
