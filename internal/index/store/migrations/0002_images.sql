-- What registries said of the images that the newest versions of recipes run. A row
-- outlives failed checks: what was answered last stays. It refers to no recipe, since
-- many run the same image.
CREATE TABLE image (
    reference  TEXT    NOT NULL, -- NAME:TAG[@DIGEST], as the version names it
    known      TEXT    NOT NULL, -- the digest that the verdict compares with; '' none
    asked_at   INTEGER NOT NULL, -- last check, however it ended, Unix seconds
    due_at     INTEGER NOT NULL, -- not to be checked before
    question   TEXT    NOT NULL, -- names the options of that check: under others it is due at once
    failure    TEXT    NOT NULL, -- why the last check failed; '' it did not
    doc        TEXT    NOT NULL, -- JSON, the answer; '{}' there never was one
    PRIMARY KEY (reference, known)
) STRICT;

-- The digest that a tag named when a version that runs it was first checked, and the
-- platforms of that digest. It refers to no recipe and nothing deletes from it: that a
-- tag has moved since can be told by nothing else.
CREATE TABLE recorded_image (
    recipe    TEXT    NOT NULL,
    tag       TEXT    NOT NULL, -- the version
    reference TEXT    NOT NULL,
    digest    TEXT    NOT NULL,
    platforms TEXT    NOT NULL, -- JSON list; '[]' not known
    seen_at   INTEGER NOT NULL,
    PRIMARY KEY (recipe, tag, reference)
) STRICT;
