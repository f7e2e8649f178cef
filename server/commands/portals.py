"""Commands `city portal add|list|remove`: which portals may hand in online submissions."""

from __future__ import annotations

from models.words import tr
from server.commands.acts import Areas, group, leaf
from server.commands.place import with_city
from server.context import CityContext
from server.portal.portals import add_portal, portal_rows, remove_portal
from services.commands.outcome import NO, OK, Outcome

__all__ = ["register_portals"]

def register_portals(areas: Areas) -> None:
    """Add the commands below `city`."""
    acts = group(areas, "portal", help="which portals hand in online submissions")
    leaf(acts, "list", lambda args: with_city(args, _list), help="portals with a valid token")
    add = leaf(acts, "add", lambda args: with_city(args, lambda city: _add(city, args.name)),
               help="a new portal, or a new token for one")  # fmt: skip
    add.add_argument("name", metavar="NAME")
    remove = leaf(acts, "remove", lambda args: with_city(args, lambda city: _end(city, args.name)),
                  help="end a portal's token")  # fmt: skip
    remove.add_argument("name", metavar="NAME")


def _add(city: CityContext, name: str) -> Outcome:
    token = add_portal(city.journal, name)
    text = tr("Khóa của cổng {name}, chỉ hiện lần này: {token}", name=name, token=token)
    return Outcome(OK, text, {"portal": name, "token": token})


def _end(city: CityContext, name: str) -> Outcome:
    if not remove_portal(city.journal, name):
        return Outcome(NO, tr("Không có cổng tên {name}.", name=name), {"removed": False})
    return Outcome(OK, tr("Khóa của cổng {name} đã hết hiệu lực.", name=name), {"removed": True})


def _list(city: CityContext) -> Outcome:
    rows = [
        {"portal": each.name, "added": each.added.isoformat()} for each in portal_rows(city.journal)
    ]
    lines = [f"{row['portal']:<40}  {row['added']}" for row in rows]
    text = "\n".join(lines) or tr("Chưa có cổng nào có khóa.")
    return Outcome(OK, text, {"portals": rows})
