package sqlite

// ledgerVersion is raised with every change of the tables.
const ledgerVersion = 3

// pragmas of the writer. The cache is small on purpose: a ledger must load
// beside other work, and 64 MB keep the upper levels of every tree.
const writerPragmas = `
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
PRAGMA busy_timeout = 10000;`

// What is stored, facts first:
//
//	batch ─< source ─< copy >─ content ─< use >─ key
//	         source ─< rejected
//	content ─< attached >─ attachment
//
// then decisions:
//
//	entry (of contents and keys) ─< link >─ entry;  entry >─ thread
//	address >─ person;  address ─< recipient >─ entry;  address ─< tie >─ address
//
// Facts are added, or deleted with their batch. Decisions are rewritten for
// whatever a round touches. Bytes lie in chunks, compressed; a mail longer
// than its chunk goes on in the next.
const schema = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE change(revision INTEGER PRIMARY KEY, token TEXT NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE collection(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, owners TEXT NOT NULL);
CREATE TABLE batch(
  id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, collection_id INTEGER NOT NULL, name TEXT NOT NULL,
  published TEXT NOT NULL, url TEXT NOT NULL, retracting INTEGER NOT NULL DEFAULT 0);
CREATE TABLE source(
  id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, path TEXT NOT NULL,
  fingerprint INTEGER NOT NULL, complete INTEGER NOT NULL, format TEXT NOT NULL, size INTEGER NOT NULL, sha BLOB NOT NULL,
  UNIQUE(batch_id, path));
CREATE TABLE chunk(id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX chunk_batch ON chunk(batch_id);
CREATE TABLE content(
  id INTEGER PRIMARY KEY, sha BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, chunk_id INTEGER NOT NULL,
  pos INTEGER NOT NULL, text_sha BLOB NOT NULL, entry_id INTEGER NOT NULL, keys BLOB NOT NULL, facts TEXT NOT NULL);
CREATE INDEX content_entry ON content(entry_id);
CREATE INDEX content_chunk ON content(chunk_id);
CREATE TABLE copy(
  source_id INTEGER NOT NULL, path TEXT NOT NULL, offset INTEGER NOT NULL, part TEXT NOT NULL,
  content_id INTEGER NOT NULL, publisher_id TEXT NOT NULL, fingerprint INTEGER NOT NULL,
  PRIMARY KEY(source_id, path, offset, part, content_id)) WITHOUT ROWID;
CREATE INDEX copy_content ON copy(content_id);
CREATE INDEX copy_publisher ON copy(publisher_id) WHERE publisher_id <> '';
CREATE TABLE rejected(
  source_id INTEGER NOT NULL, path TEXT NOT NULL, offset INTEGER NOT NULL, sha BLOB NOT NULL,
  size INTEGER NOT NULL, reason TEXT NOT NULL, chunk_id INTEGER NOT NULL, pos INTEGER NOT NULL,
  fingerprint INTEGER NOT NULL, PRIMARY KEY(source_id, path, offset, sha)) WITHOUT ROWID;
CREATE TABLE key(
  id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, text TEXT NOT NULL,
  entry_id INTEGER NOT NULL, poisoned INTEGER NOT NULL);
CREATE INDEX key_poisoned ON key(poisoned) WHERE poisoned;
CREATE TABLE use(
  key_id INTEGER NOT NULL, role INTEGER NOT NULL, content_id INTEGER NOT NULL,
  PRIMARY KEY(key_id, role, content_id)) WITHOUT ROWID;
CREATE TABLE attachment(
  id INTEGER PRIMARY KEY, sha BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, type TEXT NOT NULL,
  note TEXT NOT NULL, text BLOB NOT NULL);
CREATE TABLE attached(attachment_id INTEGER NOT NULL, content_id INTEGER NOT NULL,
  PRIMARY KEY(attachment_id, content_id)) WITHOUT ROWID;
CREATE INDEX attached_content ON attached(content_id);
CREATE TABLE quote(content_id INTEGER NOT NULL, position INTEGER NOT NULL, facts TEXT NOT NULL,
  PRIMARY KEY(content_id, position)) WITHOUT ROWID;
CREATE TABLE correction(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, facts TEXT NOT NULL);

CREATE TABLE entry(
  id INTEGER PRIMARY KEY, hash BLOB NOT NULL, missing INTEGER NOT NULL,
  sent INTEGER NOT NULL, offset INTEGER NOT NULL, subject TEXT, message_ids TEXT NOT NULL,
  people TEXT NOT NULL, content_id INTEGER NOT NULL, variants TEXT NOT NULL, size INTEGER NOT NULL, copies INTEGER NOT NULL,
  recipients INTEGER NOT NULL, cited INTEGER NOT NULL, flags INTEGER NOT NULL, list_id TEXT NOT NULL,
  certain_thread INTEGER NOT NULL, certain_parent INTEGER NOT NULL,
  probable_thread INTEGER NOT NULL, probable_parent INTEGER NOT NULL,
  body_mark INTEGER NOT NULL, place_mark INTEGER NOT NULL);
CREATE INDEX entry_sent ON entry(sent, hash) WHERE missing = 0;
CREATE INDEX entry_cited ON entry(cited, hash) WHERE missing = 1;
CREATE INDEX entry_certain ON entry(certain_thread, certain_parent);
CREATE INDEX entry_probable ON entry(probable_thread, probable_parent);
CREATE TABLE link(
  child_id INTEGER NOT NULL, rank INTEGER NOT NULL, parent_id INTEGER NOT NULL, kind TEXT NOT NULL,
  confidence INTEGER NOT NULL, content_id INTEGER NOT NULL, key_id INTEGER NOT NULL, chosen INTEGER NOT NULL,
  PRIMARY KEY(child_id, rank)) WITHOUT ROWID;
CREATE TABLE thread(
  id INTEGER PRIMARY KEY, hash BLOB NOT NULL, views INTEGER NOT NULL, subject TEXT NOT NULL,
  messages INTEGER NOT NULL, missing INTEGER NOT NULL, started INTEGER NOT NULL, latest INTEGER NOT NULL);
CREATE INDEX thread_latest ON thread(latest, hash);
CREATE INDEX thread_size ON thread(messages, hash);
CREATE TABLE address(
  id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, address TEXT NOT NULL, person_id INTEGER NOT NULL,
  sent INTEGER NOT NULL, received INTEGER NOT NULL);
CREATE INDEX address_person ON address(person_id);
CREATE TABLE name(address_id INTEGER NOT NULL, text TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY(address_id, text)) WITHOUT ROWID;
CREATE TABLE person(
  id INTEGER PRIMARY KEY, fold BLOB NOT NULL UNIQUE, hash BLOB NOT NULL, name TEXT NOT NULL,
  sent INTEGER NOT NULL, received INTEGER NOT NULL, search TEXT NOT NULL);
CREATE INDEX person_total ON person(sent + received, hash);
CREATE INDEX person_sent ON person(sent, hash);
CREATE INDEX person_received ON person(received, hash);
CREATE TABLE recipient(
  from_id INTEGER NOT NULL, to_id INTEGER NOT NULL, sent INTEGER NOT NULL, entry_id INTEGER NOT NULL,
  role INTEGER NOT NULL, PRIMARY KEY(from_id, to_id, sent, entry_id, role)) WITHOUT ROWID;
CREATE INDEX recipient_to ON recipient(to_id, from_id, sent);
CREATE TABLE tie(
  from_id INTEGER NOT NULL, to_id INTEGER NOT NULL, month INTEGER NOT NULL, to_count INTEGER NOT NULL,
  cc_count INTEGER NOT NULL, bcc_count INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY(from_id, to_id, month)) WITHOUT ROWID;
CREATE INDEX tie_to ON tie(to_id, from_id);
CREATE VIRTUAL TABLE fts USING fts5(subject, body, sender, recipient, cc, bcc, files, attached,
  content='', contentless_delete=1, tokenize='ascii');
INSERT INTO fts(fts, rank) VALUES('hashsize', 33554432);
` + views

// The views are documented in docs/architecture.md and kept stable: other
// tools read a release through them.
const views = `
CREATE VIEW v_message AS SELECT 'M_' || lower(hex(e.hash)) AS id, e.message_ids, e.subject,
  CASE WHEN e.sent > -4611686018427387904 THEN e.sent END AS sent_ms, e.size, e.copies, e.missing,
  'T_' || lower(hex(c.hash)) AS certain_thread, 'T_' || lower(hex(p.hash)) AS probable_thread
  FROM entry e JOIN thread c ON c.id = e.certain_thread JOIN thread p ON p.id = e.probable_thread;
CREATE VIEW v_recipient AS SELECT 'M_' || lower(hex(e.hash)) AS message, f.address AS sender,
  t.address AS recipient, CASE r.role WHEN 1 THEN 'to' WHEN 2 THEN 'cc' ELSE 'bcc' END AS role,
  CASE WHEN r.sent > -4611686018427387904 THEN r.sent END AS sent_ms
  FROM recipient r JOIN entry e ON e.id = r.entry_id JOIN address t ON t.id = r.to_id
  LEFT JOIN address f ON f.id = r.from_id WHERE r.role > 0;
CREATE VIEW v_reply AS SELECT 'M_' || lower(hex(c.hash)) AS child, 'M_' || lower(hex(p.hash)) AS parent,
  l.kind, l.confidence, l.chosen & 1 AS certain, (l.chosen >> 1) & 1 AS probable
  FROM link l JOIN entry c ON c.id = l.child_id JOIN entry p ON p.id = l.parent_id;
CREATE VIEW v_attachment AS SELECT 'M_' || lower(hex(e.hash)) AS message, f.value ->> 'p' AS part, f.value ->> 'n' AS name,
  f.value ->> 't' AS type, f.value ->> 's' AS size, f.value ->> 'h' AS sha256
  FROM entry e JOIN content c ON c.id = e.content_id JOIN json_each(c.facts, '$.f') f WHERE e.missing = 0;
CREATE VIEW v_tie AS SELECT f.address AS sender, t.address AS recipient,
  CASE WHEN w.month > 0 THEN printf('%04d-%02d', w.month / 100, w.month % 100) END AS month,
  w.to_count, w.cc_count, w.bcc_count,
  CASE WHEN w.first > -4611686018427387904 THEN w.first END AS first_ms,
  CASE WHEN w.last > -4611686018427387904 THEN w.last END AS last_ms
  FROM tie w JOIN address f ON f.id = w.from_id JOIN address t ON t.id = w.to_id;
`
