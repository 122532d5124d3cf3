package neo4j

import (
	"strings"
	"time"

	"skein/internal/store"
)

// properties are those of a node or a relationship. What is empty is left out.
type properties map[string]any

func (p properties) text(name, value string) properties {
	if value != "" {
		p[name] = clean(value)
	}
	return p
}

func (p properties) texts(name string, values []string) properties {
	if len(values) > 0 {
		all := make([]string, len(values))
		for i, value := range values {
			all[i] = clean(value)
		}
		p[name] = all
	}
	return p
}

// time puts a date that people read.
func (p properties) time(name string, at *int64) properties {
	if at != nil {
		p[name] = time.UnixMilli(*at).In(utc)
	}
	return p
}

// utc is UTC by the name under which the driver sends an offset of 0 in place
// of the name of a zone.
var utc = time.FixedZone("Offset", 0)

// milli is a date by which an index orders.
func milli(at *int64) int64 {
	if at == nil {
		return store.Undated
	}
	return *at
}

// clean makes text what the database takes: the driver sends bytes as they are.
func clean(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
