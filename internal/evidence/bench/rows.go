package main

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"time"
)

// shape is nodes of the same labels, or relationships of one type, with the
// properties that one of them at least has.
type shape struct {
	names        string // labels or type, joined by ":"
	relationship bool
	properties   []property
}

type property struct {
	name string
	kind string // as the offline import calls it
}

// ids is how many values before the properties tell a row apart: the number of
// a node, or those of both ends of a relationship.
func (s *shape) ids() int {
	if s.relationship {
		return 2
	}
	return 1
}

// kinds are the types of properties, from what the database calls them.
var kinds = map[string]string{
	"String": "string", "Long": "long", "Boolean": "boolean", "DateTime": "datetime", "StringArray": "string[]", "LongArray": "long[]",
}

// shapes finds what a graph is made of, nodes first.
func (s *server) shapes(ctx context.Context) ([]*shape, error) {
	var all []*shape
	for _, relationship := range []bool{false, true} {
		cypher := `CALL db.schema.nodeTypeProperties() YIELD nodeLabels, propertyName, propertyTypes
			RETURN nodeLabels AS names, propertyName, propertyTypes ORDER BY names, propertyName`
		if relationship {
			cypher = `CALL db.schema.relTypeProperties() YIELD relType, propertyName, propertyTypes
				RETURN [replace(substring(relType, 1), '` + "`" + `', '')] AS names, propertyName, propertyTypes ORDER BY names, propertyName`
		}
		err := s.query(ctx, func(values []any) error {
			names := strings.Join(texts(values[0]), ":")
			if n := len(all); n == 0 || all[n-1].names != names {
				all = append(all, &shape{names: names, relationship: relationship})
			}
			name, _ := values[1].(string)
			if name == "" {
				return nil // there are no properties
			}
			types := texts(values[2])
			if len(types) != 1 || kinds[types[0]] == "" {
				return fmt.Errorf("property %s of %s is of the types %v, which cannot be imported", name, names, types)
			}
			last := all[len(all)-1]
			last.properties = append(last.properties, property{name, kinds[types[0]]})
			return nil
		}, cypher, nil)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// rows returns the statement that reads all that has the shape.
func (s *shape) rows() string {
	quoted := "`" + strings.ReplaceAll(s.names, ":", "`&`") + "`"
	cypher := fmt.Sprintf("MATCH (x:%s) WHERE size(labels(x)) = %d RETURN id(x)", quoted, strings.Count(s.names, ":")+1)
	if s.relationship {
		cypher = fmt.Sprintf("MATCH (a)-[x:%s]->(b) RETURN id(a), id(b)", quoted)
	}
	for _, p := range s.properties {
		cypher += ", x.`" + p.name + "`"
	}
	return cypher
}

// content is what a graph holds, by labels or type. Two graphs of the same
// content hold the same, property by property. Numbers that only the database
// gives have no part in it, nor hollow lists.
type content map[string]tally

// tally counts rows and sums up their hashes, so that their order does not
// matter.
type tally struct {
	count int
	sum   uint64
}

// count counts nodes, or relationships.
func (c content) count(relationships bool) int {
	n := 0
	for name, t := range c {
		if strings.HasPrefix(name, "-") == relationships {
			n += t.count
		}
	}
	return n
}

// differs names what is not the same in both, "" when all is.
func (c content) differs(other content) string {
	var all []string
	for name, t := range c {
		if t != other[name] {
			all = append(all, fmt.Sprintf("%s (%d and %d)", name, t.count, other[name].count))
		}
	}
	for name, t := range other {
		if _, ok := c[name]; !ok {
			all = append(all, fmt.Sprintf("%s (0 and %d)", name, t.count))
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// read reads everything that the database holds, and calls each with every
// row: its ids, then its properties in the order of the shape.
func (s *server) read(ctx context.Context, each func(*shape, []any) error) (content, error) {
	shapes, err := s.shapes(ctx)
	if err != nil {
		return nil, err
	}
	found, nodes := content{}, map[int64]uint64{} // hashes of nodes by number
	for _, sh := range shapes {
		err := s.query(ctx, func(values []any) error {
			sum, err := sh.hash(values, nodes)
			if err != nil {
				return err
			}
			name := sh.names
			if sh.relationship {
				name = "-" + name
			} else {
				nodes[values[0].(int64)] = sum
			}
			t := found[name]
			found[name] = tally{t.count + 1, t.sum + sum}
			return each(sh, values)
		}, sh.rows(), nil)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

var seed = maphash.MakeSeed()

// hash is that of a row; a relationship has those of its ends in it.
func (s *shape) hash(values []any, nodes map[int64]uint64) (uint64, error) {
	var h maphash.Hash
	h.SetSeed(seed)
	h.WriteString(s.names)
	if s.relationship {
		for _, end := range values[:2] {
			maphash.WriteComparable(&h, nodes[end.(int64)])
		}
	}
	for i, p := range s.properties {
		value := values[s.ids()+i]
		if value == nil || hollow(value) {
			continue
		}
		maphash.WriteComparable(&h, p.name)
		if err := hashValue(&h, value); err != nil {
			return 0, fmt.Errorf("property %s of %s: %w", p.name, s.names, err)
		}
	}
	return h.Sum64(), nil
}

// hollow says whether a value is a list without elements, or of one empty text:
// the files of the offline import can hold neither, and leave them out.
func hollow(value any) bool {
	list, ok := value.([]any)
	return ok && (len(list) == 0 || len(list) == 1 && list[0] == "")
}

func hashValue(h *maphash.Hash, value any) error {
	switch v := value.(type) {
	case string, int64, bool:
		maphash.WriteComparable(h, v)
	case time.Time:
		maphash.WriteComparable(h, v.UnixNano())
	case []any:
		maphash.WriteComparable(h, len(v))
		for _, one := range v {
			if err := hashValue(h, one); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("a value of type %T cannot be compared", value)
	}
	return nil
}

// texts are the texts of a list.
func texts(value any) []string {
	list, _ := value.([]any)
	var all []string
	for _, one := range list {
		text, _ := one.(string)
		all = append(all, text)
	}
	return all
}
