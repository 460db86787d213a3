"""What of a message is compared with others: its words as a sketch, its place, its ties."""

from itertools import islice

from jiesu.matters.estates import estates_in, road_in
from jiesu.matters.likeness import Frequencies, lead_of, sketch
from jiesu.matters.ties import Tie, TieKind, link_ties
from jiesu.matters.trace import Trace
from jiesu.model.message import Message, PlaceMatch, Triage
from jiesu.model.post import post_handle
from jiesu.model.words import MessageKind
from jiesu.store.matters import MOST_TIES, citizen_digest
from jiesu.triage.extract.spans import fold
from jiesu.triage.extract.things import links
from jiesu.triage.ngrams import fingerprints, ngrams
from jiesu.triage.text import clean


def trace_of(message: Message, triage: Triage, place: PlaceMatch, frequencies: Frequencies) -> Trace:
    """The trace of a message that is work."""
    words = clean(message.text)
    lead = lead_of(words)
    grams, lead_grams = ngrams(words), ngrams(lead)
    keys = fingerprints(grams)
    estates = estates_in(lead)
    return Trace(
        message_id=message.id,
        sent_at=message.sent_at,
        sketch=sketch(
            dict(zip(keys, grams.values(), strict=True)),
            dict(zip(fingerprints(lead_grams), lead_grams.values(), strict=True)),
            frequencies,
        ),
        text_length=len(words),
        category=triage.category,
        spelled=dict(zip(keys, grams, strict=True)),
        district="" if place.candidates else place.district,
        estates=estates if place.candidates else (*estates, *road_in(place.text)),
        citizen=citizen_digest(message.conversation),
        ties=tuple([one.name for one in islice((*_post_ties(message), *_link_ties(message.text)), MOST_TIES)]),
        place_terms=frozenset(fingerprints([gram for name in (clean(place.text), *estates) for gram in ngrams(name)])),
    )


def _post_ties(message: Message) -> tuple[Tie, ...]:
    """The post that a message mentions the office in or under.

    Comments under the office's own posts speak of anything: that they share the post says nothing.
    """
    handle = post_handle(message)
    if handle is None or message.kind is not MessageKind.MENTION:
        return ()
    return (Tie(kind=TieKind.POST, value=f"{message.platform}:{handle}"),)


def _link_ties(text: str) -> tuple[Tie, ...]:
    addresses = [span.text for span in links(fold(text), text) if "/" in span.text]
    return link_ties([one if one.startswith(("http://", "https://")) else f"https://{one}" for one in addresses])
