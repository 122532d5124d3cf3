// Package scalar writes and reads the values of GraphQL that are not objects:
// ids and moments. What a client got wrong is a *scalar.Error.
package scalar

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"skein/internal/mail"
)

// Error says what is wrong with a value that a client sent.
type Error struct{ Message string }

// Error returns the message, which is meant for the client.
func (e *Error) Error() string { return e.Message }

// MarshalID writes an id.
func MarshalID(id mail.ID) graphql.Marshaler { return graphql.MarshalString(string(id)) }

// maxID is longer than any id; what is longer finds nothing.
const maxID = 128

// UnmarshalID reads an id. It accepts any text and any whole number (GraphQL
// specification, 3.5.5), for an id that is not well formed finds nothing, and
// that is an answer.
func UnmarshalID(value any) (mail.ID, error) {
	id, err := graphql.UnmarshalID(value)
	if err != nil {
		return "", &Error{"an ID is a text"}
	}
	if len(id) > maxID {
		return "", nil
	}
	return mail.ID(id), nil
}

// The years that RFC 3339 can write.
var (
	firstMilli = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	lastMilli  = time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC).UnixMilli()
)

// MarshalDateTime writes epoch milliseconds as RFC 3339 in UTC. A moment
// outside the years 0 to 9999 is written as the nearest inside.
func MarshalDateTime(milli int64) graphql.Marshaler {
	milli = min(max(milli, firstMilli), lastMilli)
	text := time.UnixMilli(milli).UTC().Format(time.RFC3339Nano)
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(text)) })
}

// UnmarshalDateTime reads RFC 3339 to epoch milliseconds; what is finer is cut.
func UnmarshalDateTime(value any) (int64, error) {
	text, ok := value.(string)
	if !ok {
		return 0, &Error{"a DateTime is a text such as \"2015-03-01T09:30:00Z\""}
	}
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, &Error{fmt.Sprintf("%.40q is not a DateTime such as \"2015-03-01T09:30:00Z\"", text)}
	}
	return moment.UnixMilli(), nil
}
