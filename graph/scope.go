package graph

import (
	"encoding/json"

	"skein/graph/internal/gen"
	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// maxIDs is how many ids a list in an argument may have.
const maxIDs = 200

// remember reads a scope and returns what the loaders know it by; "" is the
// whole corpus.
func (s *session) remember(in *gen.Scope) (string, error) {
	if in == nil {
		return "", nil
	}
	scope, err := newScope(in)
	if err != nil || scope.All() {
		return "", err
	}
	name, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes[string(name)] = scope
	return string(name), nil
}

// scope returns what was remembered under a name.
func (s *session) scope(name string) store.Scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scopes[name]
}

func newScope(in *gen.Scope) (store.Scope, error) {
	scope := store.Scope{Since: in.Since, Until: in.Until, Batches: in.Batches, Without: in.Without}
	if in.Since != nil && in.Until != nil && *in.Since >= *in.Until {
		return scope, badInput("scope.until", "until must be later than since")
	}
	if err := checkIDs("scope.batches", in.Batches, mail.BatchLetter); err != nil {
		return scope, err
	}
	if err := checkIDs("scope.without", in.Without, mail.PersonLetter); err != nil {
		return scope, err
	}
	if in.MaxRecipients != nil {
		if err := checkRange("scope.maxRecipients", *in.MaxRecipients, 1<<31-1); err != nil {
			return scope, err
		}
		scope.MaxRecipients = *in.MaxRecipients
	}
	var err error
	scope.Match, err = parseQuery("scope.query", in.Query)
	return scope, err
}

// checkIDs refuses ids that can name nothing: in a scope, unlike in a look-up,
// the answer would not show that they did not count.
func checkIDs(argument string, ids []mail.ID, letter byte) error {
	if len(ids) > maxIDs {
		return badInput(argument, "%s has %d ids, more than %d", argument, len(ids), maxIDs)
	}
	for _, id := range ids {
		if !hasLetter(id, letter) {
			return badInput(argument, "%s holds a text that is not an id beginning with %c_", argument, letter)
		}
	}
	return nil
}

// hasLetter says whether id is well formed and names a thing of that kind.
func hasLetter(id mail.ID, letter byte) bool {
	found, _, ok := id.Parse()
	return ok && found == letter
}

// parseQuery reads the search language; nil and "" are every message.
func parseQuery(argument string, text *string) (query.Expr, error) {
	if text == nil {
		return nil, nil
	}
	expr, err := query.Parse(*text)
	if err != nil {
		return nil, badQuery(argument, err)
	}
	return expr, nil
}
