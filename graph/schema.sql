-- The graph: a projection of ledger and shelf, dropped and made again at will. Nothing sealed is ever in it.
-- No keys: DuckDB checks them too eagerly when rows are replaced inside one transaction, and the tests check what they
-- would have held. What finds rows quickly is in indexes.sql. Ids that are digests, and what a mention says, stay as they are: little in
-- them repeats, and trying to find it takes longer than writing them.

-- What this file was made from.
CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL);

CREATE TABLE authority (
    reference VARCHAR NOT NULL, kind VARCHAR NOT NULL, issuer VARCHAR NOT NULL, issued VARCHAR NOT NULL,
    valid_from VARCHAR NOT NULL, valid_to VARCHAR NOT NULL, country VARCHAR NOT NULL, purposes VARCHAR[] NOT NULL,
    scope VARCHAR NOT NULL, review_by VARCHAR NOT NULL, erase_by VARCHAR NOT NULL, held BOOLEAN NOT NULL
);

-- Projected exhibit by exhibit --------------------------------------------------------------------------------------

CREATE TABLE exhibit (
    number VARCHAR NOT NULL,
    ord VARCHAR NOT NULL,             -- sorts CG-0007/2 before CG-0007/10
    name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, size_bytes BIGINT NOT NULL, media_type VARCHAR NOT NULL,
    authority VARCHAR NOT NULL, custodian VARCHAR NOT NULL, parent VARCHAR NOT NULL, inner_path VARCHAR NOT NULL,
    modified VARCHAR NOT NULL, received_at VARCHAR NOT NULL, received_by VARCHAR NOT NULL,
    manifest VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    units VARCHAR NOT NULL,           -- JSON object: outcome -> count
    doubtful BOOLEAN NOT NULL, partial BOOLEAN NOT NULL, draft BOOLEAN NOT NULL,
    names_looked_for BOOLEAN NOT NULL,
    stamps VARCHAR NOT NULL,          -- JSON list of engine stamps
    extracted_seq BIGINT NOT NULL,    -- 0 while pending
    sealed_segments INTEGER NOT NULL  -- how many of its segments are not here
);
CREATE TABLE artifact (
    exhibit VARCHAR NOT NULL, step VARCHAR NOT NULL, part VARCHAR NOT NULL, recipe VARCHAR NOT NULL,
    content VARCHAR NOT NULL
);
CREATE TABLE unit (
    exhibit VARCHAR NOT NULL, unit_kind VARCHAR NOT NULL, unit INTEGER NOT NULL, outcome VARCHAR NOT NULL,
    reason VARCHAR NOT NULL, doubtful BOOLEAN NOT NULL, partial BOOLEAN NOT NULL, draft BOOLEAN NOT NULL,
    facts VARCHAR NOT NULL            -- JSON object
);
CREATE TABLE segment (
    id VARCHAR NOT NULL,              -- CG-0003.p2.1
    exhibit VARCHAR NOT NULL, unit_kind VARCHAR NOT NULL, unit INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,         -- in its unit, from 1
    idx INTEGER NOT NULL,             -- in its artifact, from 0
    part VARCHAR NOT NULL, text VARCHAR NOT NULL,
    place VARCHAR NOT NULL,           -- JSON, see evidence.locator
    source VARCHAR NOT NULL,
    language VARCHAR NOT NULL,        -- as the engine says, else as detected; '' where it could not be told
    names_looked_for BOOLEAN NOT NULL,
    speaker VARCHAR NOT NULL, score INTEGER NOT NULL,
    doubtful BOOLEAN NOT NULL, draft BOOLEAN NOT NULL,
    near TINYINT                      -- how near it names things: 1 one line, 2 one sentence, 3 neither; NULL: see `standing`
);
CREATE TABLE mention (
    id VARCHAR USING COMPRESSION uncompressed NOT NULL, segment_id VARCHAR NOT NULL, exhibit VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote VARCHAR USING COMPRESSION uncompressed NOT NULL,
    value VARCHAR USING COMPRESSION uncompressed NOT NULL,           -- as corrected, where a person did
    kind_machine VARCHAR NOT NULL, value_machine VARCHAR USING COMPRESSION uncompressed NOT NULL,
    status VARCHAR NOT NULL CHECK (status IN ('established', 'candidate', 'unverified')),
    "check" VARCHAR NOT NULL, rule VARCHAR NOT NULL, score INTEGER NOT NULL, finder VARCHAR NOT NULL,
    origin VARCHAR NOT NULL CHECK (origin IN ('machine', 'human')),
    basis VARCHAR NOT NULL CHECK (basis IN ('source_fact', 'machine_inference', 'personal_assessment')),
    review VARCHAR NOT NULL CHECK (review IN ('unreviewed', 'reading_confirmed', 'attributed', 'corrected')),
    reviewer VARCHAR NOT NULL, reviewed_at VARCHAR NOT NULL, review_seq BIGINT NOT NULL,
    review_reason VARCHAR NOT NULL,
    entity_id VARCHAR USING COMPRESSION uncompressed NOT NULL
);
-- Mentions that a person rejected: out of the graph, kept in the record.
CREATE TABLE rejected (
    id VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, exhibit VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote VARCHAR NOT NULL, value VARCHAR NOT NULL,
    finder VARCHAR NOT NULL, reviewer VARCHAR NOT NULL, reviewed_at VARCHAR NOT NULL, review_seq BIGINT NOT NULL,
    review_reason VARCHAR NOT NULL
);
-- What supports an edge: words or rows that say that one thing did something to another. Being named together is no edge.
CREATE TABLE edge_support (
    relation_id VARCHAR USING COMPRESSION uncompressed NOT NULL, kind VARCHAR NOT NULL,
    family VARCHAR NOT NULL CHECK (family IN ('communication', 'stated', 'co_mention')),  -- the last only where lifted
    origin VARCHAR NOT NULL CHECK (origin IN ('machine', 'human')),
    basis VARCHAR NOT NULL, source_entity VARCHAR USING COMPRESSION uncompressed NOT NULL, target_entity VARCHAR USING COMPRESSION uncompressed NOT NULL,
    exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL,
    source_mention VARCHAR USING COMPRESSION uncompressed NOT NULL, target_mention VARCHAR USING COMPRESSION uncompressed NOT NULL,  -- '' where a person states the relation
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,  -- of the supporting words in the segment; -1: all of it
    confirmed BOOLEAN NOT NULL,       -- a person confirmed both readings, or states it
    rule VARCHAR NOT NULL,            -- what states it; for co-mention: how near they are named
    rows BIGINT,                      -- of a table of records: in how many rows it stands; else NULL
    lifted BOOLEAN DEFAULT false,     -- stands for something that people made, beside the support of the name itself
    seq BIGINT NOT NULL, stated_by VARCHAR NOT NULL, reason VARCHAR NOT NULL
);
-- Where in its segment, of those that hold several lines or sentences, a thing is first named in each: for who is named together.
CREATE TABLE standing (
    exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL,
    near TINYINT NOT NULL,            -- 1: a line, 2: a sentence
    number INTEGER NOT NULL,          -- of the line or sentence in the segment
    entity_id VARCHAR NOT NULL, spot STRUCT(start INTEGER, id VARCHAR, "end" INTEGER) NOT NULL
);
-- What of a long list is not paired with the rest of it.
CREATE TABLE unpaired (exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, entity_id VARCHAR NOT NULL);
CREATE TABLE event (
    id VARCHAR USING COMPRESSION uncompressed NOT NULL, exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    time_written VARCHAR NOT NULL,    -- exactly as in the exhibit
    time_local VARCHAR NOT NULL, zone VARCHAR NOT NULL,
    utc_stated VARCHAR NOT NULL,      -- in UTC where the record or its format states the zone
    time_utc VARCHAR NOT NULL,        -- in UTC as stated, or as people asserted of the exhibit; else ''
    zone_by VARCHAR NOT NULL,         -- who states or asserts it
    earliest_utc VARCHAR NOT NULL, latest_utc VARCHAR NOT NULL,  -- the interval where the zone is not known
    until_written VARCHAR NOT NULL, until_stated VARCHAR NOT NULL, until_utc VARCHAR NOT NULL,
    until_local VARCHAR NOT NULL, description VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,           -- the record's own id, which reply_to of another names
    conversation VARCHAR NOT NULL, reply_to VARCHAR NOT NULL, "references" VARCHAR[] NOT NULL,
    state VARCHAR NOT NULL,           -- edited, deleted, recovered, missed …
    facts VARCHAR NOT NULL            -- JSON object
);
-- A file that a record says it carries; the view `attached` joins it to its exhibit.
CREATE TABLE attachment (
    event_id VARCHAR NOT NULL, exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL, media_type VARCHAR NOT NULL
);
CREATE TABLE event_party (
    event_id VARCHAR USING COMPRESSION uncompressed NOT NULL, exhibit VARCHAR NOT NULL, role VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL, entity_id VARCHAR USING COMPRESSION uncompressed NOT NULL
);
-- Every human act about an exhibit, and what became of it here.
CREATE TABLE decision (
    seq BIGINT NOT NULL, exhibit VARCHAR NOT NULL, ts VARCHAR NOT NULL, actor VARCHAR NOT NULL, op VARCHAR NOT NULL,
    about VARCHAR NOT NULL,           -- mention or segment id as resolved; '' where nothing matches
    verdict VARCHAR NOT NULL, kind VARCHAR NOT NULL, quote VARCHAR NOT NULL, value VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('applied', 'superseded', 'withdrawn', 'unanchored', 'refused')),
    how VARCHAR NOT NULL,             -- exact, same value, same quote, same opening, same place
    anchor VARCHAR NOT NULL,          -- JSON of the anchor as it was written
    seen BIGINT NOT NULL DEFAULT 0    -- another person's verdict on it that was shown before this one was given
);
CREATE TABLE correction (
    seq BIGINT NOT NULL, exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, quote VARCHAR NOT NULL, text VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    actor VARCHAR NOT NULL, ts VARCHAR NOT NULL
);
CREATE TABLE tag (
    seq BIGINT NOT NULL, exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, tag VARCHAR NOT NULL,
    finding VARCHAR NOT NULL, reason VARCHAR NOT NULL, actor VARCHAR NOT NULL, ts VARCHAR NOT NULL
);
CREATE TABLE scheduled (
    seq BIGINT NOT NULL, exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    actor VARCHAR NOT NULL, ts VARCHAR NOT NULL
);
-- Tables of records: rows stay columns, and become segments only where they hold text or a person named them.
CREATE TABLE record_table (
    exhibit VARCHAR NOT NULL, table_no INTEGER NOT NULL, recipe VARCHAR NOT NULL, sheet VARCHAR NOT NULL,
    template VARCHAR NOT NULL, kind VARCHAR NOT NULL, zone VARCHAR NOT NULL, zone_by VARCHAR NOT NULL,
    clock_by VARCHAR NOT NULL,        -- who asserted what of the exhibit's zone and clock; '' where nobody did
    ahead_s BIGINT NOT NULL,          -- what its clock is asserted to be ahead: taken off time_utc, not off time_local
    rows BIGINT NOT NULL
);
CREATE TABLE record (
    exhibit VARCHAR NOT NULL, table_no INTEGER NOT NULL,
    "row" BIGINT NOT NULL,            -- as a spreadsheet numbers it; its id is exhibit.r<table_no>.<row>
    kind VARCHAR NOT NULL,            -- call, message, stay, trip, payment, cell, contact; '' for a row that is no record
    time_written VARCHAR NOT NULL, time_local TIMESTAMP, time_utc TIMESTAMP,
    utc_by VARCHAR NOT NULL,          -- who gives the zone for time_utc: record, template, exhibit (asserted of it), ''
    until_written VARCHAR NOT NULL, until_local TIMESTAMP, until_utc TIMESTAMP,
    direction VARCHAR NOT NULL, a BIGINT, b BIGINT,  -- the two sides, see record_named; a called, wrote, paid, stayed
    seconds BIGINT, amount_minor BIGINT, currency VARCHAR NOT NULL, cell VARCHAR NOT NULL, place VARCHAR NOT NULL,
    latitude VARCHAR NOT NULL, longitude VARCHAR NOT NULL, room VARCHAR NOT NULL, carrier VARCHAR NOT NULL,
    origin VARCHAR NOT NULL, destination VARCHAR NOT NULL, document VARCHAR NOT NULL, conversation VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL, state VARCHAR NOT NULL,
    problem VARCHAR NOT NULL          -- what of it was not understood
);
CREATE TABLE record_named (
    exhibit VARCHAR NOT NULL, table_no INTEGER NOT NULL, id BIGINT NOT NULL, kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL, written VARCHAR NOT NULL, status VARCHAR NOT NULL, "check" VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL
);
-- In how many rows a column names a thing; rows that are segments are counted by their mentions instead.
CREATE TABLE record_role (
    exhibit VARCHAR NOT NULL, table_no INTEGER NOT NULL, id BIGINT NOT NULL, role VARCHAR NOT NULL,
    rows BIGINT NOT NULL, first_row BIGINT NOT NULL, last_row BIGINT NOT NULL
);
-- What the projector had to leave out, and said so.
CREATE TABLE note (exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, text VARCHAR NOT NULL);
CREATE TABLE exhibit_digest (exhibit VARCHAR NOT NULL, digest VARCHAR NOT NULL);

-- Projected from the whole case -------------------------------------------------------------------------------------

CREATE TABLE finding (
    id VARCHAR NOT NULL, sentence VARCHAR NOT NULL, reason VARCHAR NOT NULL, author VARCHAR NOT NULL,
    written_at VARCHAR NOT NULL, seq BIGINT NOT NULL
);
CREATE TABLE category (
    entity_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, value VARCHAR NOT NULL, category VARCHAR NOT NULL,
    reason VARCHAR NOT NULL, actor VARCHAR NOT NULL, ts VARCHAR NOT NULL, seq BIGINT NOT NULL
);
-- Persons, organisations and places that people made of mentions, and the verdicts that made them.
CREATE TABLE judgement (
    seq BIGINT NOT NULL, ts VARCHAR NOT NULL, actor VARCHAR NOT NULL, verdict VARCHAR NOT NULL, makes VARCHAR NOT NULL,
    reason VARCHAR NOT NULL, suggestion VARCHAR NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('applied', 'superseded', 'withdrawn', 'unanchored', 'refused')),
    identity_id VARCHAR NOT NULL,     -- what it is part of, for an applied `same`; else ''
    note VARCHAR NOT NULL,            -- why it was refused, or what of it was not found
    wall BIGINT NOT NULL, chain BIGINT[] NOT NULL,  -- refused: the verdict it runs against, and those that lead there
    lost BIGINT NOT NULL              -- mentions of it that are not found again
);
CREATE TABLE judged (
    seq BIGINT NOT NULL, side INTEGER NOT NULL, mention_id VARCHAR NOT NULL, entity_id VARCHAR NOT NULL,
    exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, quote VARCHAR NOT NULL,
    how VARCHAR NOT NULL              -- exact, same value, same quote; unanchored: then mention and entity are ''
);
CREATE TABLE identity (
    id VARCHAR NOT NULL, kind VARCHAR NOT NULL, label VARCHAR NOT NULL, seq BIGINT NOT NULL, author VARCHAR NOT NULL,
    made_at VARCHAR NOT NULL, reason VARCHAR NOT NULL
);
CREATE TABLE identity_member (
    identity_id VARCHAR NOT NULL, mention_id VARCHAR NOT NULL, entity_id VARCHAR NOT NULL, exhibit VARCHAR NOT NULL,
    segment_id VARCHAR NOT NULL,
    attributed BOOLEAN NOT NULL,      -- an identifier: a person says whose it is; all of its value is meant
    seq BIGINT NOT NULL               -- the first verdict that brought it in
);
CREATE TABLE identity_redirect (id VARCHAR NOT NULL, identity_id VARCHAR NOT NULL, seq BIGINT NOT NULL);
CREATE TABLE entity (
    id VARCHAR USING COMPRESSION uncompressed NOT NULL, kind VARCHAR NOT NULL, value VARCHAR NOT NULL, label VARCHAR NOT NULL,
    status VARCHAR NOT NULL CHECK (status IN ('established', 'candidate', 'unverified')),
    mentions BIGINT NOT NULL, joined BIGINT NOT NULL, candidates BIGINT NOT NULL, unverified BIGINT NOT NULL,
    reviewed BIGINT NOT NULL, exhibits VARCHAR[] NOT NULL, joined_exhibits VARCHAR[] NOT NULL
);
CREATE TABLE edge (
    id VARCHAR USING COMPRESSION uncompressed NOT NULL, kind VARCHAR NOT NULL, family VARCHAR NOT NULL, origin VARCHAR NOT NULL,
    basis VARCHAR NOT NULL, source_entity VARCHAR USING COMPRESSION uncompressed NOT NULL, target_entity VARCHAR USING COMPRESSION uncompressed NOT NULL,
    supports BIGINT NOT NULL CHECK (supports > 0),
    lifted BIGINT NOT NULL,           -- how many of them also support the edge of something that people made
    source_lifted BIGINT NOT NULL, target_lifted BIGINT NOT NULL,  -- of those, by the end that is in it
    exhibits VARCHAR[] NOT NULL, review VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,            -- of one support; for co-mention of the nearest
    seq BIGINT NOT NULL, stated_by VARCHAR NOT NULL, reason VARCHAR NOT NULL
);

-- By hash wherever the case holds those bytes; else by the path that the record gives from its own folder, by name inside
-- the record's exhibit, by name beside it, and last by name anywhere in what it came out of (or of what its custodian gave).
CREATE VIEW attached AS
WITH file AS (
    SELECT number, sha256, CASE WHEN parent = '' THEN custodian ELSE parent END AS scope,
           CASE WHEN parent = '' THEN name ELSE inner_path END AS path,
           regexp_extract(path, '[^/\\]+$') AS base, regexp_replace(path, '[^/\\]*$', '') AS folder
    FROM exhibit
), carried AS (
    SELECT DISTINCT attachment.exhibit, attachment.name, attachment.sha256, file.scope, file.folder,
           regexp_extract(attachment.name, '[^/\\]+$') AS base, replace(attachment.name, '\', '/') AS path
    FROM attachment JOIN file ON file.number = attachment.exhibit
), fitting AS (
    SELECT exhibit, carried.name, carried.sha256, number, 1 AS nearness FROM carried JOIN file USING (sha256)
    WHERE carried.sha256 <> ''
    UNION ALL
    SELECT exhibit, carried.name, carried.sha256, number, 2
    FROM carried JOIN file ON file.scope = carried.scope AND file.path = carried.folder || carried.path
    UNION ALL
    SELECT exhibit, carried.name, carried.sha256, number, CASE WHEN file.path = carried.path THEN 2 ELSE 3 END
    FROM carried JOIN file ON file.scope = carried.exhibit AND file.base = carried.base
    UNION ALL
    SELECT exhibit, carried.name, carried.sha256, number, CASE WHEN file.folder = carried.folder THEN 4 ELSE 5 END
    FROM carried JOIN file ON file.scope = carried.scope AND file.base = carried.base
    WHERE number <> exhibit
), nearest AS (
    SELECT exhibit, name, sha256, nearness, min(number) AS found, count(DISTINCT number) AS many
    FROM fitting WHERE name <> '' OR nearness = 1 GROUP BY exhibit, name, sha256, nearness
    QUALIFY row_number() OVER (PARTITION BY exhibit, name, sha256 ORDER BY nearness) = 1
)
SELECT attachment.event_id, attachment.exhibit, attachment.segment_id, attachment.name, attachment.sha256,
       CASE WHEN nearness = 1 OR (many = 1 AND attachment.sha256 = '') THEN found ELSE '' END AS attached_exhibit,
       CASE WHEN found IS NULL THEN 'not in the case'
            WHEN nearness = 1 THEN 'same hash'
            WHEN attachment.sha256 <> '' THEN 'not in the case: ' || found || ' has the same name, but another hash'
            WHEN many > 1 THEN 'one of ' || many || ' files of that name'
            WHEN nearness = 2 THEN 'same path' WHEN nearness = 3 THEN 'same name, inside it'
            WHEN nearness = 4 THEN 'same name, beside it' ELSE 'same name, elsewhere in what it came out of' END AS how
FROM attachment LEFT JOIN nearest USING (exhibit, name, sha256);

-- Rows with the site of their cell, out of whichever table of cells knows it.
CREATE VIEW record_cell AS
SELECT record.exhibit, record.table_no, record."row", record.cell, site.exhibit AS site_exhibit,
       site.table_no AS site_table, site."row" AS site_row, site.place, site.latitude, site.longitude
FROM record JOIN record AS site ON site.kind = 'cell' AND site.cell = record.cell
WHERE record.kind NOT IN ('cell', '') AND record.cell <> '';

CREATE VIEW unanchored AS SELECT * FROM decision WHERE state = 'unanchored';
