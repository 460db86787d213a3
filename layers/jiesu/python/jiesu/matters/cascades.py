"""A post and its reposts as a tree: who stands above whom, how deep, and who carried it furthest.

Platforms give reposts in any order, some twice, some whose parent is gone. The tree is the same whatever the
order; what does not fit is hung under the original post, so that nothing is lost, and told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Repost:
    """One repost; `parent_id` is empty where it was made of the original, `seconds` count from that."""

    id: str
    parent_id: str
    user_id: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreader:
    """How many reposts stand directly under the posts of a user, and how many under those in all."""

    user_id: str
    direct: int
    reached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """The tree under `original_id`: each repost's parent and depth, the original having depth 0.

    `orphans` had a parent that is not among the reposts; `circular` closed a circle; `repeated` came more than once with
    something different, and the earliest counts.
    """

    original_id: str
    reposts: Mapping[str, Repost]
    parents: Mapping[str, str]
    depths: Mapping[str, int]
    orphans: tuple[str, ...] = ()
    circular: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    def chain(self, repost_id: str) -> tuple[str, ...]:
        """A repost, its parent, and so on up to the original. Raises `KeyError` for one that is not in the tree."""
        if repost_id not in self.depths:
            raise KeyError(repost_id)
        posts = [repost_id]
        while posts[-1] != self.original_id:
            posts.append(self.parents[posts[-1]])
        return tuple(posts)

    def top_spreaders(self, number: int) -> tuple[Spreader, ...]:
        """The users other than the original's whose posts were reposted most, by direct reposts, then by all below them."""
        below: Counter[str] = Counter()
        for repost_id in sorted(self.parents, key=lambda one: -self.depths[one]):
            below[self.parents[repost_id]] += 1 + below[repost_id]
        direct = Counter(self.parents.values())
        by_user: dict[str, list[str]] = defaultdict(list)
        for repost_id in self.parents:
            if direct[repost_id]:
                by_user[self.reposts[repost_id].user_id].append(repost_id)
        spreaders = [
            Spreader(user_id=user_id, direct=sum(direct[one] for one in own), reached=self._reached(own, below))
            for user_id, own in by_user.items()
        ]
        return tuple(sorted(spreaders, key=lambda one: (-one.direct, -one.reached, one.user_id))[:number])

    def _reached(self, own: list[str], below: Counter[str]) -> int:
        """What is below a user's posts; a post below another one of theirs is counted with that."""
        mine = set(own)
        return sum(below[one] for one in own if not mine.intersection(self.chain(self.parents[one])))


def cascade(original_id: str, reposts: Iterable[Repost]) -> Cascade:
    """The tree of the `reposts` of a post, in whatever order they come."""
    rows = sorted(set(reposts), key=lambda one: (one.seconds, one.id, one.parent_id, one.user_id))
    known: dict[str, Repost] = {}
    repeated = []
    for one in rows:
        if one.id == original_id:
            continue
        if known.setdefault(one.id, one) is not one:
            repeated.append(one.id)
    parents = {one.id: one.parent_id or original_id for one in known.values()}
    orphans = [one for one, parent in parents.items() if parent != original_id and parent not in known]
    parents.update(dict.fromkeys(orphans, original_id))
    depths = {original_id: 0}
    circular = []
    for repost_id in known:
        path: dict[str, None] = {}
        at = repost_id
        while at not in depths:
            if at in path:
                circle = list(path)[list(path).index(at) :]
                first = min(circle, key=lambda one: (known[one].seconds, one))
                circular.append(first)
                parents[first] = original_id
                path, at = {}, repost_id
                continue
            path[at] = None
            at = parents[at]
        depths.update({one: depth for depth, one in enumerate(reversed(path), start=depths[at] + 1)})
    return Cascade(
        original_id=original_id,
        reposts=known,
        parents=parents,
        depths=depths,
        orphans=tuple(sorted(orphans)),
        circular=tuple(sorted(circular)),
        repeated=tuple(sorted(set(repeated))),
    )
