package neo4j

import (
	"encoding/hex"
	"fmt"

	"skein/internal/mail"
	"skein/internal/store"
)

// What the database returns. A property that is absent is nil and reads as the
// zero value; so does one of another type, which only a stranger can have
// written.

func text(value any) string {
	s, _ := value.(string)
	return s
}

func number(value any) int64 {
	n, _ := value.(int64)
	return n
}

func truth(value any) bool {
	b, _ := value.(bool)
	return b
}

func elements(value any) []any {
	l, _ := value.([]any)
	return l
}

// texts is nil for an empty list.
func texts(value any) []string {
	var found []string
	for _, one := range elements(value) {
		found = append(found, text(one))
	}
	return found
}

// dated is a date in epoch milliseconds as the contract gives it.
func dated(value any) *int64 {
	n, ok := value.(int64)
	if !ok || n == store.Undated {
		return nil
	}
	return &n
}

// sortDate is a date in epoch milliseconds as lists are ordered by it.
func sortDate(value any) int64 {
	if n, ok := value.(int64); ok {
		return n
	}
	return store.Undated
}

func shaOf(value any) (mail.SHA, error) {
	var sha mail.SHA
	if err := sha.UnmarshalText([]byte(text(value))); err != nil {
		return sha, fmt.Errorf("the graph holds a SHA-256 %q: %w", text(value), err)
	}
	return sha, nil
}

// hashOf is the hash of an id that the graph holds.
func hashOf(id string) (mail.Hash, error) {
	_, h, ok := mail.ID(id).Parse()
	if !ok {
		return h, fmt.Errorf("the graph holds the id %q, which is none", id)
	}
	return h, nil
}

// ranked puts an id that the graph holds at its place in a list.
func ranked(id, sort any) (store.Ranked[mail.ID], error) {
	h, err := hashOf(text(id))
	return store.Ranked[mail.ID]{Key: store.Key{Sort: number(sort), Hash: h}, Item: mail.ID(text(id))}, err
}

// hexHash is how searchKeys holds a hash.
func hexHash(h mail.Hash) string { return hex.EncodeToString(h[:]) }

// viewNames are how relationships name views.
var viewNames = [mail.Views]string{mail.Certain: "CERTAIN", mail.Probable: "PROBABLE"}

// threadLabels are the labels of the threads that a view holds together.
var threadLabels = [mail.Views]string{mail.Certain: "Certain", mail.Probable: "Probable"}
