package mail

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Key names a message by one of its facts: "mid:" and a canonical
// Message-ID, "tix:" and a Thread-Index path in hex, "con:" and a content hash
// in hex, "quo:" and a quoting content hash with a position.
//
// A copy ties its keys together; the set of keys so joined is the message. A
// key that is cited but belongs to no copy is a missing message.
type Key string

// The kinds of keys, least first. The least key of a message gives its id.
const (
	midPrefix = "mid:"
	tixPrefix = "tix:"
	conPrefix = "con:"
	quoPrefix = "quo:"
)

// maxMessageID bounds a canonical Message-ID: RFC 5322 §2.1.1 allows no
// longer line. What lies beyond is cut, so a hostile id stays cheap.
const maxMessageID = 998

// MessageIDKey returns the key of a canonical Message-ID: angle brackets and
// white space removed, case kept (RFC 5322 §3.6.4 compares ids octet by
// octet). It returns "" for an id in which nothing remains.
func MessageIDKey(canonical string) Key {
	if canonical == "" {
		return ""
	}
	return Key(midPrefix + canonical)
}

// CanonicalMessageID strips the angle brackets around id and all white space,
// makes it valid UTF-8 and cuts it at 998 bytes. What is canonical stays as it
// is, so an id that was shown finds its message.
func CanonicalMessageID(id string) string {
	id = strings.Join(strings.Fields(strings.ToValidUTF8(id, "\uFFFD")), "")
	id = strings.TrimRight(strings.TrimLeft(id, "<"), ">")
	if len(id) > maxMessageID {
		id = strings.TrimRight(strings.ToValidUTF8(id[:maxMessageID], ""), ">")
	}
	return id
}

// ContentKey returns the key of a content hash.
func ContentKey(h Hash) Key { return Key(conPrefix + hex.EncodeToString(h[:])) }

// MessageID returns the Message-ID of a "mid:" key, and whether k is one.
func (k Key) MessageID() (string, bool) { return strings.CutPrefix(string(k), midPrefix) }

// Compare orders keys: kinds in the order mid, tix, con, quo, then by text.
func (k Key) Compare(other Key) int {
	return cmp.Or(cmp.Compare(k.rank(), other.rank()), cmp.Compare(k, other))
}

func (k Key) rank() int {
	switch {
	case strings.HasPrefix(string(k), midPrefix):
		return 0
	case strings.HasPrefix(string(k), tixPrefix):
		return 1
	case strings.HasPrefix(string(k), conPrefix):
		return 2
	case strings.HasPrefix(string(k), quoPrefix):
		return 3
	}
	return 4
}

// Hash returns what the key is looked up by.
func (k Key) Hash() Hash { return HashOf(string(k)) }

// Hash is the first 16 bytes of a SHA-256.
type Hash [16]byte

// HashOf hashes text.
func HashOf(text string) Hash {
	sum := sha256.Sum256([]byte(text))
	return Hash(sum[:16])
}

// AddressHash is the hash that ids of people and ties are made of.
func AddressHash(address string) Hash { return HashOf("addr:" + address) }

// BatchHash is the hash that the id of a batch is made of.
func BatchHash(collection, name string) Hash {
	return HashOf("batch:" + collection + "\x00" + name)
}

// ID is a public id: a letter for the kind, "_", and the hash of one of the
// thing's keys. Any of its keys gives an id that finds it; the thing itself
// shows the id of its least key.
type ID string

// The letters that ids begin with.
const (
	MessageLetter = 'M' // messages, present or missing
	ThreadLetter  = 'T'
	PersonLetter  = 'P'
	BatchLetter   = 'B'
	TieLetter     = 'W' // who wrote to whom
)

// ID returns the id with the given letter. The hash is in hex, so that plain
// SQL and Cypher can make ids too, and ids sort as hashes do.
func (h Hash) ID(letter byte) ID {
	return ID(string(letter) + "_" + hex.EncodeToString(h[:]))
}

// MarshalText writes h in hex.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads hex.
func (h *Hash) UnmarshalText(text []byte) error { return decodeHex(h[:], text) }

// String returns s in hex.
func (s SHA) String() string { return hex.EncodeToString(s[:]) }

// MarshalText writes s in hex.
func (s SHA) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads hex.
func (s *SHA) UnmarshalText(text []byte) error { return decodeHex(s[:], text) }

func decodeHex(dst, text []byte) error {
	if len(text) != hex.EncodedLen(len(dst)) {
		return fmt.Errorf("hash has %d digits, want %d", len(text), hex.EncodedLen(len(dst)))
	}
	_, err := hex.Decode(dst, text)
	return err
}

// TieID returns the id of the tie between two people, given by the hashes of
// their least addresses.
func TieID(from, to Hash) ID {
	both := append(from[:], to[:]...)
	return ID(string(TieLetter) + "_" + hex.EncodeToString(both))
}

// Parse returns the letter and the hash of an id; ok is false when id is not
// well formed. A tie's id has two hashes, see ParseTie.
func (id ID) Parse() (letter byte, h Hash, ok bool) {
	b, ok := id.decode()
	if !ok || len(b) != len(h) {
		return 0, Hash{}, false
	}
	return id[0], Hash(b), true
}

// ParseTie returns the two hashes of a tie's id.
func (id ID) ParseTie() (from, to Hash, ok bool) {
	b, ok := id.decode()
	if !ok || id[0] != TieLetter || len(b) != 2*len(from) {
		return Hash{}, Hash{}, false
	}
	return Hash(b[:16]), Hash(b[16:]), true
}

func (id ID) decode() ([]byte, bool) {
	if len(id) < 3 || id[0] < 'A' || id[0] > 'Z' || id[1] != '_' || strings.ToLower(string(id[2:])) != string(id[2:]) {
		return nil, false
	}
	b, err := hex.DecodeString(string(id[2:]))
	return b, err == nil
}
