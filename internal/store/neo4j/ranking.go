package neo4j

import (
	"math"

	"skein/internal/store"
)

// ranking is a list of things e that an index gives in order, by a number and
// then the id, both descending.
type ranking struct {
	label, sort string // of the index
	item        string // the property that names a thing
	letter      byte   // of its id
	also        string // a condition on e that holds in the whole list
	whole       string // binds e to all things of the list
	within      string // binds e to what belongs to a message m
}

// things answers a page of the things that belong to a message of s; of all of
// them when s is everything.
func (v *view) things(s *selection, by ranking, page store.Page) (store.List[string], error) {
	var total int64
	if page.Total {
		cypher, params := by.whole+` RETURN count(e)`, map[string]any(nil) // which the database keeps
		if !s.all() {
			cypher, params = s.each()
			cypher += ` ` + by.within + ` RETURN count(DISTINCT e)`
		}
		var err error
		if total, err = v.number(cypher, params); err != nil {
			return store.List[string]{}, err
		}
	}
	cypher, params := by.walk(), map[string]any{}
	switch {
	case s.all():
	case s.few():
		cypher, params = s.each()
		cypher += ` ` + by.within + ` WITH DISTINCT e WHERE ` + by.place()
	default:
		var holds string
		holds, params = s.holds()
		cypher += ` AND EXISTS { ` + by.within + ` WHERE ` + holds + ` }`
	}
	list, err := v.ranking(by, cypher, params, page)
	list.Total = int(total)
	return list, err
}

// walk goes through the things of the list in order, from the page's place.
func (by ranking) walk() string {
	return `MATCH (e:` + by.label + `) USING INDEX e:` + by.label + `(` + by.sort + `, id) WHERE ` + by.place() + by.also
}

// place is that e stands behind the place where a page begins.
func (by ranking) place() string {
	return `e.` + by.sort + ` <= $edge AND (e.` + by.sort + ` < $edge OR e.id < $last) AND e.id IS NOT NULL`
}

// ranking reads a page from a statement that binds e.
func (v *view) ranking(by ranking, cypher string, params map[string]any, page store.Page) (store.List[string], error) {
	params["edge"], params["last"], params["limit"] = int64(math.MaxInt64), "", page.Size()+1
	if page.After != nil {
		params["edge"], params["last"] = page.After.Sort, string(page.After.Hash.ID(by.letter))
	}
	var rows []store.Ranked[string]
	err := v.query(func(values []any) error {
		at, err := ranked(values[0], values[1])
		rows = append(rows, store.Ranked[string]{Key: at.Key, Item: text(values[2])})
		return err
	}, cypher+` RETURN e.id, e.`+by.sort+`, e.`+by.item+` AS item ORDER BY e.`+by.sort+` DESC, e.id DESC LIMIT $limit`, params)
	page.Total = false
	return store.Cut(rows, store.Descending, page), err
}
