-- The graph: a projection of ledger and shelf, dropped and made again at will. Nothing sealed is ever in it.
-- No keys or indexes: DuckDB checks them too eagerly when rows are replaced inside one transaction, and the tests
-- check what they would have held.

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
    doubtful BOOLEAN NOT NULL, draft BOOLEAN NOT NULL
);
CREATE TABLE mention (
    id VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, exhibit VARCHAR NOT NULL,
    kind VARCHAR NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote VARCHAR NOT NULL,
    value VARCHAR NOT NULL,           -- as corrected, where a person did
    kind_machine VARCHAR NOT NULL, value_machine VARCHAR NOT NULL,
    status VARCHAR NOT NULL CHECK (status IN ('established', 'candidate', 'unverified')),
    "check" VARCHAR NOT NULL, rule VARCHAR NOT NULL, score INTEGER NOT NULL, finder VARCHAR NOT NULL,
    origin VARCHAR NOT NULL CHECK (origin IN ('machine', 'human')),
    basis VARCHAR NOT NULL CHECK (basis IN ('source_fact', 'machine_inference', 'personal_assessment')),
    review VARCHAR NOT NULL CHECK (review IN ('unreviewed', 'reading_confirmed', 'attributed', 'corrected')),
    reviewer VARCHAR NOT NULL, reviewed_at VARCHAR NOT NULL, review_seq BIGINT NOT NULL,
    review_reason VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL
);
-- Mentions that a person rejected: out of the graph, kept in the record.
CREATE TABLE rejected (
    id VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, exhibit VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote VARCHAR NOT NULL, value VARCHAR NOT NULL,
    finder VARCHAR NOT NULL, reviewer VARCHAR NOT NULL, reviewed_at VARCHAR NOT NULL, review_seq BIGINT NOT NULL,
    review_reason VARCHAR NOT NULL
);
CREATE TABLE relation_support (
    relation_id VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    family VARCHAR NOT NULL CHECK (family IN ('communication', 'stated', 'co_mention')),
    origin VARCHAR NOT NULL CHECK (origin IN ('machine', 'human')),
    basis VARCHAR NOT NULL, source_entity VARCHAR NOT NULL, target_entity VARCHAR NOT NULL,
    exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL,
    source_mention VARCHAR NOT NULL, target_mention VARCHAR NOT NULL,  -- '' where a person states the relation
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,  -- of the supporting words in the segment; -1: all of it
    confirmed BOOLEAN NOT NULL,       -- a person confirmed both readings, or states it
    rule VARCHAR NOT NULL,            -- what states it; for co-mention: how near they are named
    seq BIGINT NOT NULL, stated_by VARCHAR NOT NULL, reason VARCHAR NOT NULL
);
CREATE TABLE event (
    id VARCHAR NOT NULL, exhibit VARCHAR NOT NULL, segment_id VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    time_written VARCHAR NOT NULL, time_utc VARCHAR NOT NULL, time_local VARCHAR NOT NULL, zone VARCHAR NOT NULL,
    description VARCHAR NOT NULL
);
CREATE TABLE event_party (
    event_id VARCHAR NOT NULL, exhibit VARCHAR NOT NULL, role VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL, entity_id VARCHAR NOT NULL
);
-- Every human act about an exhibit, and what became of it here.
CREATE TABLE decision (
    seq BIGINT NOT NULL, exhibit VARCHAR NOT NULL, ts VARCHAR NOT NULL, actor VARCHAR NOT NULL, op VARCHAR NOT NULL,
    about VARCHAR NOT NULL,           -- mention or segment id as resolved; '' where nothing matches
    verdict VARCHAR NOT NULL, kind VARCHAR NOT NULL, quote VARCHAR NOT NULL, value VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('applied', 'superseded', 'withdrawn', 'unanchored')),
    how VARCHAR NOT NULL,             -- exact, same value, same quote, same opening, same place
    anchor VARCHAR NOT NULL           -- JSON of the anchor as it was written
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
CREATE TABLE entity (
    id VARCHAR NOT NULL, kind VARCHAR NOT NULL, value VARCHAR NOT NULL, label VARCHAR NOT NULL,
    status VARCHAR NOT NULL CHECK (status IN ('established', 'candidate', 'unverified')),
    mentions BIGINT NOT NULL, joined BIGINT NOT NULL, candidates BIGINT NOT NULL, unverified BIGINT NOT NULL,
    reviewed BIGINT NOT NULL, exhibits VARCHAR[] NOT NULL, joined_exhibits VARCHAR[] NOT NULL
);
CREATE TABLE relation (
    id VARCHAR NOT NULL, kind VARCHAR NOT NULL, family VARCHAR NOT NULL, origin VARCHAR NOT NULL,
    basis VARCHAR NOT NULL, source_entity VARCHAR NOT NULL, target_entity VARCHAR NOT NULL,
    supports BIGINT NOT NULL CHECK (supports > 0), exhibits VARCHAR[] NOT NULL, review VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,            -- of one support; for co-mention of the nearest
    seq BIGINT NOT NULL, stated_by VARCHAR NOT NULL, reason VARCHAR NOT NULL
);

CREATE VIEW unanchored AS SELECT * FROM decision WHERE state = 'unanchored';
