"""The keys of every item, one function a key. Its docstring is the access pattern it serves."""

import hashlib
from datetime import UTC, date, datetime

from jiesu.model.message import ConversationKey
from jiesu.model.words import CaseStatus, HeatGrade, Platform, PublicStatus, Urgency

HEAD = "HEAD"
ENTRY_PREFIX = "ENTRY#"
CLOCKS = "CLOCK"
CONVERSATION_PREFIX = "CONVERSATION#"
CONVERSATION_HEAD = "CONVERSATION"
MESSAGE_PREFIX = "MESSAGE#"
WINDOW = "WINDOW"
ANSWER_DUE = "ANSWER_DUE"
EVIDENCE_PREFIX = "EVIDENCE#"
NOISE_PREFIX = "NOISE#"
TELEPHONE_PREFIX = "TELEPHONE#"
NAME_PREFIX = "NAME#"
FILE_PREFIX = "FILE#"
VIEW_PREFIX = "VIEW#"
PARKED = "PARKED"
ACCOUNTS = "ACCOUNT"
ACCOUNT_SECRETS = "ACCOUNT_SECRETS"
AUTHORIZATIONS = "AUTHORIZATION"
BUREAUS = "BUREAU"
OFFICE = "OFFICE"
ROSTERS = "ROSTER"
JURISDICTIONS = "JURISDICTION"
MODEL = "MODEL"
FREQUENCIES = "FREQUENCIES"
FORM_TEMPLATES = "FORM_TEMPLATE"
IDEMPOTENCY = "IDEMPOTENCY"


def instant(at: datetime) -> str:
    """UTC to the microsecond in a fixed width, so that texts sort as times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def whole_second(at: datetime) -> str:
    """The form that Step Functions waits for."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def case(case_id: str) -> str:
    """All of one case. In descending order its head comes first, then its entries from the newest."""
    return f"CASE#{case_id}"


def entry(version: int) -> str:
    """One line of a case's timeline."""
    return f"{ENTRY_PREFIX}{version:08d}"


def assignment(assignment_id: str) -> str:
    """One assignment as the clock reads it. Sorts before the entries, so that a page of a case does not read it."""
    return f"ASSIGNMENT#{assignment_id}"


SPREAD_PREFIX = "SPREAD#"


def spread(start: datetime) -> str:
    """What was observed of a case's spread in the ten minutes from `start`. Sorts behind the head: no page of a case reads it."""
    return f"{SPREAD_PREFIX}{whole_second(start)}"


ISSUE = "ISSUE"


def issues(month: date) -> str:
    """The table of a month. gsi1: the cases that were opened in it, by category and district."""
    return f"ISSUES#{month:%Y-%m}"


def issue_place(category: str, district: str, case_id: str) -> str:
    return f"{category}#{district}#{case_id}"


DECISION = "DECISION"


def decision_place(due: datetime, case_id: str) -> str:
    """gsi1 under `DECISION`, sparse: the cases in which a bureau waits for a decision, the one that is due first before."""
    return f"{instant(due)}#{case_id}"


RETURNS = "RETURN"


def return_place(at: datetime, case_id: str, version: int) -> str:
    """gsi1 under `RETURNS`: what bureaus gave back, oldest first."""
    return f"{instant(at)}#{case_id}#{version:08d}"


DESK = "DESK"
"""Of a case, and of the index: the unfinished ones in the order of the queue, before them who is on which."""

COLLEAGUE_PLACE = "!"


def waiting_place(urgency: Urgency, heat: HeatGrade | None, opened_at: datetime, case_id: str, *, is_emergency: bool) -> str:
    """gsi1 under `DESK`: emergencies, then the most urgent, the hottest, the longest waiting first."""
    heat_rank = 0 if heat is None else heat.rank
    return f"{0 if is_emergency else 1}{urgency.rank}{9 - heat_rank}#{instant(opened_at)}#{case_id}"


def colleague(person_id: str) -> str:
    """What one person at the desk has seen, and which case is before them; pk and sk."""
    return f"COLLEAGUE#{person_id}"


def colleague_place(person_id: str) -> str:
    """gsi1 under `DESK`, before every line: whoever reads the lines from the start reads who is on which case."""
    return f"{COLLEAGUE_PLACE}{person_id}"


def closed_lines(month: date) -> str:
    """gsi1: the lines of closed cases that were opened in a month, as hours go by in UTC."""
    return f"LINES#{month:%Y-%m}"


def closed_place(opened_at: datetime, case_id: str) -> str:
    return f"{instant(opened_at)}#{case_id}"


TIMELINESS = "TIMELINESS"


def timely(assignment_id: str) -> str:
    """An assignment as the figures count it."""
    return f"TIMELY#{assignment_id}"


def timeliness_place(dispatched_at: datetime, case_id: str, assignment_id: str) -> str:
    """gsi1 under `TIMELINESS`: all assignments in the order in which they were given to bureaus."""
    return f"{instant(dispatched_at)}#{case_id}#{assignment_id}"


BUREAU_LINE_PREFIX = "BUREAU#"


def bureau_line(assignment_id: str) -> str:
    """An assignment as its bureau's list says it. Sorts before the entries: no page of a case reads it."""
    return f"{BUREAU_LINE_PREFIX}{assignment_id}"


def bureau_open(code: str) -> str:
    """gsi1: what a bureau has open, what is due first before the rest, at the end what waits for the office."""
    return f"{BUREAU_LINE_PREFIX}{code}"


def bureau_ended(code: str) -> str:
    """gsi1: what is over for a bureau, by when that was."""
    return f"{BUREAU_LINE_PREFIX}{code}#ENDED"


def bureau_place(at: datetime | None, case_id: str, assignment_id: str) -> str:
    """`~` sorts behind every time."""
    return f"{'~' if at is None else instant(at)}#{case_id}#{assignment_id}"


DUTY = "DUTY"
"""Who is on duty, and the notes from shift to shift."""

DUTY_PERSON_PREFIX = "PERSON#"
DUTY_NOTE_PREFIX = "NOTE#"


def duty_person(person_id: str) -> str:
    return f"{DUTY_PERSON_PREFIX}{person_id}"


def duty_note(written_at: datetime, person_id: str) -> str:
    """One note, in order of time. Sorts before the people: in descending order they are read first."""
    return f"{DUTY_NOTE_PREFIX}{instant(written_at)}#{person_id}"


ARTICLES = "ARTICLES"
"""The office's own knowledge base, an item an article by its id."""

HEAT = "HEAT"


def heat_place(grade: HeatGrade, since: datetime, case_id: str) -> str:
    """gsi1 under `HEAT`, sparse: the hot cases, the lowest grade first and of one grade the longest hot first."""
    return f"{grade.rank}#{instant(since)}#{case_id}"


def queue(status: CaseStatus) -> str:
    """gsi1: the cases of one status, most urgent first, then oldest first."""
    return f"STATUS#{status}"


def queue_place(urgency: Urgency, opened_at: datetime, case_id: str) -> str:
    return f"{urgency.rank}#{instant(opened_at)}#{case_id}"


def clock_place(next_rung_at: datetime, case_id: str, assignment_id: str) -> str:
    """gsi1 under `CLOCKS`, sparse: the assignments that wait for a rung, the next one due first."""
    return f"{whole_second(next_rung_at)}#{case_id}#{assignment_id}"


SPENT_CLOCKS = "SPENT_CLOCK"


def spent_place(case_id: str, assignment_id: str) -> str:
    """gsi1 under `SPENT_CLOCKS`, sparse: where something is owed and no rung is left to ask for it."""
    return f"{case_id}#{assignment_id}"


DUE_PREFIX = "DUE#"
DUES = "DUE"


def due(version: int) -> str:
    """That what the entry `version` sends is not known to have left. Sorts before the entries: no page of a case reads it."""
    return f"{DUE_PREFIX}{version:08d}"


def due_place(look_at: datetime, case_id: str, version: int) -> str:
    """gsi1 under `DUES`, sparse: the entries whose effects are to be looked after, the longest waiting first."""
    return f"{instant(look_at)}#{case_id}#{version:08d}"


LABELS = "LABEL"


def label_place(said_at: datetime, case_id: str, version: int) -> str:
    """gsi1 under `LABELS`, sparse: the entries by which people said what a message is, in the order in which they did."""
    return f"{instant(said_at)}#{case_id}#{version:08d}"


PAIRS = "PAIR"


def pair_place(said_at: datetime, case_id: str, version: int) -> str:
    """gsi1 under `PAIRS`, sparse: the entries by which people said that two cases are one matter, or are not."""
    return f"{instant(said_at)}#{case_id}#{version:08d}"


def bulletin(number: str) -> str:
    """The case of a bulletin's number; exists once, so that a number is never reused."""
    return f"BULLETIN#{number}"


def publication_job(account_id: str, job: str) -> str:
    """The publication that a platform examines under the number `job`, to be found when it reports the end."""
    return f"PUBLICATION_JOB#{account_id}#{job}"


COUNTER = "COUNTER"


def bulletin_counter(year: int) -> str:
    """The last sequence number given in `year`."""
    return f"BULLETIN#{year:04d}"


def consultation_counter(year: int) -> str:
    """The last sequence number given to a question to departments in `year`; the numbers themselves lie beside bulletins'."""
    return f"CONSULTATION#{year:04d}"


def order(number: str) -> str:
    """The case of a supervision order's number, as that of a bulletin's."""
    return f"ORDER#{number}"


def order_counter(year: int) -> str:
    """The last sequence number given to a supervision order in `year`."""
    return f"ORDER#{year:04d}"


def conversation(key: ConversationKey) -> str:
    """All that one citizen wrote to one account, in order of time, and which case is open for it."""
    return f"{CONVERSATION_PREFIX}{key.account_id}#{key.citizen_id}"


def message(sent_at: datetime, message_id: str) -> str:
    """One message. The platform's time and id are the same in every redelivery, so it is stored once."""
    return f"{MESSAGE_PREFIX}{instant(sent_at)}#{message_id}"


def telephone(digest: str) -> str:
    """The messages of cases that have one telephone, by its digest: the number itself stands in no key."""
    return f"{TELEPHONE_PREFIX}{digest}"


def telephone_place(sent_at: datetime, message_id: str) -> str:
    return f"{instant(sent_at)}#{message_id}"


def name(known: str) -> str:
    """The messages of cases whose writers' names begin with the first character of `known`."""
    return f"{NAME_PREFIX}{known[0]}"


def name_beginning(known: str) -> str:
    """What the places of everybody who goes by just this name begin with."""
    return f"{known}#"


def name_place(known: str, sent_at: datetime, message_id: str) -> str:
    return f"{name_beginning(known)}{instant(sent_at)}#{message_id}"


def lookups(month: date) -> str:
    """CasesTable: who looked for citizens in a month, in order of time; never changed."""
    return f"LOOKUPS#{month:%Y-%m}"


def lookup_place(at: datetime, actor_id: str) -> str:
    return f"{instant(at)}#{actor_id}"


def case_evidence(case_id: str) -> str:
    """The files of a case in the order in which they were sent, and behind them who saw them."""
    return f"{EVIDENCE_PREFIX}{case_id}"


def evidence(sent_at: datetime, message_id: str, number: int) -> str:
    """What became of one file of a message; recorded once."""
    return f"{FILE_PREFIX}{instant(sent_at)}#{message_id}#{number}"


def evidence_of(sent_at: datetime, message_id: str) -> str:
    """What the names of all files of a message begin with."""
    return f"{FILE_PREFIX}{instant(sent_at)}#{message_id}#"


def evidence_place(sent_at: datetime, message_id: str, number: int) -> str:
    """gsi1 under the case: right behind the message that brought the file, so that one query has both."""
    return f"{message(sent_at, message_id)}#{number}"


def evidence_view(at: datetime, actor_id: str, sha256: str) -> str:
    """That somebody was given a file to see; never changed."""
    return f"{VIEW_PREFIX}{instant(at)}#{actor_id}#{sha256}"


def bureau_mails(case_id: str) -> str:
    """MessagesTable: which mails of bureaus a case has, so that each is noted once."""
    return f"BUREAU_MAIL#{case_id}"


def answer_due_place(warned_at: datetime, conversation_key: str) -> str:
    """gsi1 under `ANSWER_DUE`: the conversations whose newest message may not be answered yet, the next to be looked at first."""
    return f"{instant(warned_at)}#{conversation_key}"


def noise(day: date) -> str:
    """gsi1: what was screened out on one of the office's days, to be sampled and read again by a person."""
    return f"{NOISE_PREFIX}{day.isoformat()}"


def arrivals(at: datetime) -> str:
    """gsi2: all that citizens sent and that was received on one day of UTC, in order of its hour, whatever became of it."""
    return f"ARRIVED#{at.astimezone(UTC):%Y-%m-%d}"


def arrival_place(received_at: datetime, platform: Platform) -> str:
    return f"{instant(received_at)}#{platform}"


VOLUMES = "VOLUME"
"""What came in on each of the office's days, as it was counted; an item a day."""

SAMPLES = "SAMPLE"
SAMPLE_DRAWN = "DRAWN"
SAMPLE_TEXT_PREFIX = "TEXT#"
FOUND_PREFIX = "FOUND#"


def sample(day: date) -> str:
    """What was drawn of one day's noise, and said of it. gsi1 under `SAMPLES`: the same of all days, by day."""
    return f"SAMPLE#{day.isoformat()}"


def sample_text(rank: int) -> str:
    """One drawn message, in the order of judging."""
    return f"{SAMPLE_TEXT_PREFIX}{rank:04d}"


def sample_found(place: str) -> str:
    """A message of the day that a person made a case of; recorded once."""
    return f"{FOUND_PREFIX}{place}"


def summary(day: date) -> str:
    """DeliveriesTable: to whom the summary of one of the office's mornings went."""
    return f"SUMMARY#{day.isoformat()}"


def sweeps(day: date) -> str:
    """DeliveriesTable: what the sweeps of one of the office's days did."""
    return f"SWEEPS#{day.isoformat()}"


def parked(at: datetime, parked_id: str) -> str:
    """What could not be handled, oldest first."""
    return f"{instant(at)}#{parked_id}"


def nonce(account_id: str, nonce_text: str) -> str:
    """A webhook nonce that an account's platform has used."""
    return f"NONCE#{account_id}#{nonce_text}"


def token(account_id: str) -> str:
    """A platform's access token for an account, shared by all functions."""
    return f"TOKEN#{account_id}"


RECEIPT_OWNER = "OWNER"
CONTACT_MARKS = "CONTACT_MARK"
SEEN_PREFIX = "SEEN#"


def receipts(provider: str, reference: str) -> str:
    """Whose a provider's reference is, and its receipts that came before anybody knew."""
    return f"RECEIPT#{provider}#{reference}"


def receipt(kind: str) -> str:
    """One receipt that waits for its delivery; a provider that repeats itself changes nothing."""
    return f"KIND#{kind}"


def seen(assignment_id: str) -> str:
    """When a bureau's link was opened first. Behind the deliveries of its case."""
    return f"{SEEN_PREFIX}{assignment_id}"


def breaker(provider: str) -> str:
    """How a provider of mail or SMS has fared lately, shared by all senders."""
    return f"BREAKER#{provider}"


def wrong_codes(subject: str) -> str:
    """How often a wrong code was given for a bureau link."""
    return f"WRONG_CODE#{subject}"


BUCKET_PREFIX = "BUCKET#"


def bucket(fingerprint: int) -> str:
    """The newest messages that have one rare n-gram; pk and sk."""
    return f"{BUCKET_PREFIX}{fingerprint:08x}"


def tie_bucket(tie: str) -> str:
    """The newest messages that share one post, link, file or picture; pk and sk. Links are long: their hash stands here."""
    return f"TIE#{hashlib.sha256(tie.encode()).hexdigest()}"


POLLS = "POLL"


def poll(account_id: str, feed: str) -> str:
    """How far one feed of one account has been read."""
    return f"{account_id}#{feed}"


PUBLIC_PREFIX = "PUBLIC#"


def public_request(case_id: str) -> str:
    """What everybody may read of a disclosed case, apart from the case itself; absent while it is not disclosed."""
    return f"{PUBLIC_PREFIX}{case_id}"


def public_requests(status: PublicStatus) -> str:
    """gsi1: the disclosed cases of one public status, in order of their opening."""
    return f"{PUBLIC_PREFIX}STATUS#{status}"


def public_place(requested_at: datetime, case_id: str) -> str:
    return f"{instant(requested_at)}#{case_id}"


API_KEYS = "API_KEY"
"""DirectoryTable: the keys of Open311's clients, each under its hash."""


def submission(digest: str) -> str:
    """When a service request that an Open311 client sent was first taken, so that a repetition is known as one."""
    return f"SUBMISSION#{digest}"


def post(platform: Platform, handle: str) -> str:
    """A post that messages speak of: pk and sk, so that it is fetched once however many they are."""
    return f"POST#{platform}#{handle}"


def form_template(template_id: str) -> str:
    return f"TEMPLATE#{template_id}"


def history(kind: str) -> str:
    """DirectoryTable: how the items under `kind` came to be as they are."""
    return f"HISTORY#{kind}"


def history_place(name: str, number: int) -> str:
    """One change of one item; never changed."""
    return f"{name}#{number:08d}"
