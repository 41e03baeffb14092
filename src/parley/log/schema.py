"""The tables of ``parley.db`` and of the sign-state, in SQLite's own words (schema 1)."""

# Every statement is idempotent: opening a file and making it are one act.
#
# entry.at = log << 40 | index. The hashes of a row are those of every perfect subtree that this
# leaf completes, from its leaf hash upwards, 32 bytes each: the subtree (level, index) is found at
# leaf (index + 1) * 2^level - 1. record_id is set in our own logs only. Names and ids are random:
# an append touches pages all over their indexes, and eight bytes of each keep those few.
#
# verdict: which keys' signatures over an entry were found good, and a keyed hash that binds that to
# the entry's bytes and to this node; see parley.log.verdicts. Rows may be missing.
#
# part_hold says why a part is here: author, whose record lists it and who brought its bytes (empty
# while no record does), and who may have it on that ground. The bytes go with the last ground.
LOG_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    own INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS entry (
    at INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL,
    name BLOB,
    record_id BLOB,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entry_name ON entry (substr(name, 1, 8)) WHERE name IS NOT NULL;
CREATE INDEX IF NOT EXISTS entry_record_id ON entry (substr(record_id, 1, 8))
    WHERE record_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS verdict (
    at INTEGER PRIMARY KEY,
    signers BLOB NOT NULL,
    mac BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS head (
    log INTEGER NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    key_hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (log, size)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cosignature (
    log INTEGER NOT NULL,
    cosigner TEXT NOT NULL,
    size INTEGER NOT NULL,
    key_hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (log, cosigner, size, key_hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fork (
    log INTEGER NOT NULL,
    digest BLOB NOT NULL,
    evidence BLOB NOT NULL,
    PRIMARY KEY (log, digest)
) STRICT;
CREATE TABLE IF NOT EXISTS part (
    digest BLOB NOT NULL PRIMARY KEY,
    class TEXT NOT NULL,
    size INTEGER NOT NULL,
    opened INTEGER NOT NULL DEFAULT 0,
    data BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS part_hold (
    digest BLOB NOT NULL,
    channel TEXT NOT NULL,
    author TEXT NOT NULL,
    party TEXT NOT NULL,
    PRIMARY KEY (digest, channel, author, party)
) STRICT, WITHOUT ROWID;
"""

SIGN_STATE_SCHEMA = """
CREATE TABLE IF NOT EXISTS signed (
    signer TEXT NOT NULL,
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    PRIMARY KEY (signer, origin)
) STRICT, WITHOUT ROWID;
"""
