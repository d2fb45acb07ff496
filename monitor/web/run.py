"""Listening: the site under its HTTP server."""

from typing import Final

import uvicorn

from monitor.app import App
from monitor.domain.errors import ConfigError
from monitor.web.server import create

AT_ONCE: Final = 200  # connections; more are told to come back
IDLE_S: Final = 15
GRACE_S: Final = 5


def serve(app: App, host: str, port: int, *, is_public: bool) -> None:
    """Serve until the process is told to stop. Raises ConfigError where nobody can listen."""
    server = uvicorn.Server(
        uvicorn.Config(
            create(app, host=host, is_public=is_public),
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=AT_ONCE,
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=GRACE_S,
            h11_max_incomplete_event_size=32_768,
        )
    )
    try:
        server.run()
    except SystemExit as error:  # uvicorn's way to say that the port is taken
        raise ConfigError(f"{host}:{port} cannot be listened on; choose another --port") from error
