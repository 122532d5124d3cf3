package query

import (
	"fmt"
	"unicode/utf8"
)

// Error says where a text is no query, and what was expected there.
type Error struct {
	Offset   int    // characters (Unicode code points) before the place
	Length   int    // characters that are wrong; 0 at the end of the text
	Expected string // continues "expected "
}

// Error is one plain sentence without a full stop. It repeats nothing of the
// text.
func (e *Error) Error() string {
	return fmt.Sprintf("expected %s at character %d", e.Expected, e.Offset+1)
}

// wrong returns the error for text[start:end], in bytes.
func wrong(text string, start, end int, expected string) error {
	return &Error{
		Offset:   utf8.RuneCountInString(text[:start]),
		Length:   utf8.RuneCountInString(text[start:end]),
		Expected: expected,
	}
}
