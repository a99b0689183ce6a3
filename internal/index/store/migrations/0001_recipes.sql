-- One row a repo. A row outlives failed checks: what was read last stays.
CREATE TABLE recipe (
    name           TEXT    NOT NULL PRIMARY KEY,
    source         TEXT    NOT NULL, -- the source that lists it, as the operator wrote it
    location       TEXT    NOT NULL, -- clone URL, or folder of a local repo
    fingerprint    TEXT    NOT NULL, -- of all that doc and versions were made from; '' was never read
    listed         INTEGER NOT NULL, -- 0: a repo that is no recipe
    default_branch TEXT    NOT NULL,
    head_commit    TEXT    NOT NULL,
    checked_at     INTEGER NOT NULL, -- last check that succeeded, Unix seconds
    valid_until    INTEGER NOT NULL,
    failure        TEXT    NOT NULL, -- JSON list of problems: why the last check failed; '[]' it did not
    doc            TEXT    NOT NULL  -- JSON, catalogue.Recipe without its versions
) STRICT;

CREATE INDEX recipe_source ON recipe (source);

-- What the files of one commit say. The key names everything that was read
-- and who read it, so that a row never goes stale.
CREATE TABLE reading (
    recipe TEXT NOT NULL REFERENCES recipe (name) ON DELETE CASCADE,
    key    TEXT NOT NULL,
    doc    TEXT NOT NULL, -- JSON, the part of catalogue.Version that comes from files
    PRIMARY KEY (recipe, key)
) STRICT;

-- One row a version tag that is there now.
CREATE TABLE version (
    recipe     TEXT    NOT NULL REFERENCES recipe (name) ON DELETE CASCADE,
    tag        TEXT    NOT NULL,
    position   INTEGER NOT NULL, -- 0 is the oldest
    tag_object TEXT    NOT NULL, -- '' for a lightweight tag
    commit_id  TEXT    NOT NULL,
    tree       TEXT    NOT NULL,
    annotated  INTEGER NOT NULL,
    legacy     INTEGER NOT NULL,
    tagged_at  INTEGER NOT NULL, -- Unix seconds
    notes      TEXT    NOT NULL,
    reading    TEXT    NOT NULL,
    PRIMARY KEY (recipe, tag),
    FOREIGN KEY (recipe, reading) REFERENCES reading (recipe, key) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX version_reading ON version (recipe, reading);

-- Every commit that a version tag was ever seen to name. It refers to no
-- recipe and nothing deletes from it: a tag that is deleted and made again
-- elsewhere, or a recipe that comes back, still shows where it pointed before.
CREATE TABLE sighting (
    recipe    TEXT    NOT NULL,
    tag       TEXT    NOT NULL,
    commit_id TEXT    NOT NULL,
    seen_at   INTEGER NOT NULL, -- first seen, Unix seconds
    PRIMARY KEY (recipe, tag, commit_id)
) STRICT;
