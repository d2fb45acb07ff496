"""People, sessions, tokens, saved searches and the audit log in the database."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database
from monitor.domain.people import AuditEntry, Person, Role, SavedSearch, Token


class SqlPeople:
    """Keeps the port `People`. Secrets come in clear and are stored as SHA-256: they are random."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def everybody(self) -> Sequence[Person]:
        """Return all people by name."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(tables.person).order_by(tables.person.c.name))
            return [_person(row) for row in rows]

    def named(self, name: str) -> tuple[Person, str] | None:
        """Return a person and the hash of their password."""
        with self._database.reading() as connection:
            query = sa.select(tables.person).where(tables.person.c.name == name)
            row = connection.execute(query).one_or_none()
        return (_person(row), row.password_hash) if row else None

    def add(self, name: str, role: Role, password_hash: str, now: datetime) -> bool:
        """Add a person; return whether the name was free."""
        with self._database.writing() as connection:
            taken = sa.select(tables.person.c.id).where(tables.person.c.name == name)
            if connection.execute(taken).first():
                return False
            values = {"name": name, "role": role, "password_hash": password_hash}
            connection.execute(sa.insert(tables.person).values(**values, created_at=now))
        return True

    def change(self, name: str, *, role: Role | None = None, password_hash: str = "") -> bool:
        """Change a role or a password, and end the person's sessions; say if they are known."""
        values: dict[str, str] = {"role": role} if role else {}
        values |= {"password_hash": password_hash} if password_hash else {}
        person = tables.person.c
        with self._database.writing() as connection:
            changed = connection.execute(
                sa.update(tables.person).where(person.name == name).values(**values)
            )
            _end_sessions(connection, name)
        return changed.rowcount > 0

    def remove(self, name: str) -> bool:
        """Remove a person with sessions, tokens and searches; say if they were known."""
        with self._database.writing() as connection:
            searches = tables.saved_search
            connection.execute(sa.delete(searches).where(searches.c.person == name))
            gone = connection.execute(sa.delete(tables.person).where(tables.person.c.name == name))
        return gone.rowcount > 0

    def open_session(self, person_id: int, secret: str, now: datetime) -> None:
        """Remember a session."""
        values = {"hash": _hash(secret), "person_id": person_id, "created_at": now, "used_at": now}
        with self._database.writing() as connection:
            connection.execute(sa.insert(tables.session).values(**values))

    def session(self, secret: str, since: datetime) -> tuple[Person, datetime] | None:
        """Return whose session this is and when it was last used, unless that was before."""
        used = tables.session.c.used_at
        query = (
            sa.select(tables.person, used)
            .join(tables.session)
            .where(tables.session.c.hash == _hash(secret), used >= since)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return (_person(row), row.used_at) if row else None

    def touch_session(self, secret: str, now: datetime) -> None:
        """Remember that a session was used."""
        session = tables.session
        with self._database.writing() as connection:
            connection.execute(
                sa.update(session).where(session.c.hash == _hash(secret)).values(used_at=now)
            )

    def close_session(self, secret: str) -> None:
        """Forget a session."""
        session = tables.session
        with self._database.writing() as connection:
            connection.execute(sa.delete(session).where(session.c.hash == _hash(secret)))

    def add_token(self, person_id: int, label: str, secret: str, now: datetime) -> None:
        """Remember a token."""
        values = {"person_id": person_id, "label": label, "hash": _hash(secret)}
        with self._database.writing() as connection:
            connection.execute(sa.insert(tables.api_token).values(**values, created_at=now))

    def tokens(self) -> Sequence[Token]:
        """Return every token, newest first."""
        token = tables.api_token
        query = sa.select(token, tables.person.c.name.label("person")).join(tables.person)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(token.c.id.desc())).all()
        return [
            Token(row.id, row.person, row.label, row.created_at, row.last_used_at) for row in rows
        ]

    def token_bearer(self, secret: str, now: datetime) -> Person | None:
        """Return whose token this is, and remember the day of its use."""
        token = tables.api_token
        query = (
            sa.select(tables.person, token.c.id.label("token_id"), token.c.last_used_at)
            .join(token)
            .where(token.c.hash == _hash(secret))
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.last_used_at is None or row.last_used_at.date() != now.date():
            with self._database.writing() as connection:
                used = sa.update(token).where(token.c.id == row.token_id)
                connection.execute(used.values(last_used_at=now))
        return _person(row)

    def revoke_token(self, token_id: int, person_id: int | None) -> bool:
        """Forget a token, of this person only if one is given; say if it was there."""
        token = tables.api_token
        where = [token.c.id == token_id]
        where += [] if person_id is None else [token.c.person_id == person_id]
        with self._database.writing() as connection:
            return connection.execute(sa.delete(token).where(*where)).rowcount > 0

    def failures(self, who: Sequence[str], since: datetime) -> int:
        """Return the largest number of failed sign-ins that one of these has since then."""
        failed = tables.sign_in_failure.c
        query = (
            sa.select(sa.func.count())
            .where(failed.who.in_(who), failed.at >= since)
            .group_by(failed.who)
        )
        with self._database.reading() as connection:
            return max(connection.execute(query).scalars(), default=0)

    def failed(self, who: Sequence[str], now: datetime, since: datetime) -> None:
        """Remember a failed sign-in, and forget those before `since`."""
        failure = tables.sign_in_failure
        with self._database.writing() as connection:
            connection.execute(sa.delete(failure).where(failure.c.at < since))
            connection.execute(sa.insert(failure), [{"who": one, "at": now} for one in who])

    def record(self, entry: AuditEntry) -> None:
        """Add to the audit log."""
        values = {"at": entry.at, "person": entry.person, "action": entry.action}
        with self._database.writing() as connection:
            connection.execute(sa.insert(tables.audit).values(**values, detail=entry.detail[:500]))

    def log(self, limit: int) -> Sequence[AuditEntry]:
        """Return the newest entries of the audit log."""
        audit = tables.audit.c
        query = sa.select(tables.audit).order_by(audit.at.desc(), audit.id.desc()).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [AuditEntry(row.at, row.person, row.action, row.detail) for row in rows]

    def searches(self, person: str) -> Sequence[SavedSearch]:
        """Return a person's saved searches by name."""
        saved = tables.saved_search
        query = sa.select(saved).where(saved.c.person == person).order_by(saved.c.name)
        with self._database.reading() as connection:
            return [_search(row) for row in connection.execute(query)]

    def search_of_feed(self, feed_key: str) -> SavedSearch | None:
        """Return the saved search whose feed has this key."""
        saved = tables.saved_search
        with self._database.reading() as connection:
            query = sa.select(saved).where(saved.c.feed_key == feed_key)
            row = connection.execute(query).one_or_none()
        return _search(row) if row else None

    def save_search(self, search: SavedSearch) -> None:
        """Keep a search in the place of one of that name; its feed keeps its address."""
        saved = tables.saved_search
        mine = (saved.c.person == search.person, saved.c.name == search.name)
        values = {"person": search.person, "name": search.name, "feed_key": search.feed_key}
        with self._database.writing() as connection:
            changed = connection.execute(sa.update(saved).where(*mine).values(query=search.query))
            if not changed.rowcount:
                connection.execute(
                    sa.insert(saved).values(
                        **values, query=search.query, created_at=search.created_at
                    )
                )

    def forget_search(self, person: str, search_id: int) -> bool:
        """Forget a person's search; say if it was theirs."""
        saved = tables.saved_search
        with self._database.writing() as connection:
            gone = sa.delete(saved).where(saved.c.id == search_id, saved.c.person == person)
            return connection.execute(gone).rowcount > 0


def _end_sessions(connection: Connection, name: str) -> None:
    whose = sa.select(tables.person.c.id).where(tables.person.c.name == name)
    connection.execute(
        sa.delete(tables.session).where(tables.session.c.person_id.in_(whose.scalar_subquery()))
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _person(row: sa.Row[tuple[object, ...]]) -> Person:
    return Person(row.id, row.name, Role(row.role), row.created_at)


def _search(row: sa.Row[tuple[object, ...]]) -> SavedSearch:
    return SavedSearch(row.id, row.person, row.name, row.query, row.feed_key, row.created_at)
