package neo4j

import (
	"slices"
	"strings"

	"skein/internal/mail"
)

// found answers things of entries, in the order of the ids given; the zero T
// where there is nothing. ids are under a letter; ask is called with ids of
// messages and answers for those that entries show. What it does not answer
// for may be the hash of another key, is looked up and asked for again.
func found[T any](v *view, given []mail.ID, letter byte, ask func(ids []mail.ID) (map[mail.ID]T, error)) ([]T, error) {
	ids := make([]mail.ID, len(given))
	for i, id := range given {
		if got, h, ok := id.Parse(); ok && got == letter {
			ids[i] = h.ID(mail.MessageLetter)
		}
	}
	answers := make([]T, len(given))
	wanted := distinct(ids)
	if len(wanted) == 0 {
		return answers, v.ctx.Err()
	}
	things, err := ask(wanted)
	if err != nil {
		return nil, err
	}
	wanted = slices.DeleteFunc(wanted, func(id mail.ID) bool { _, ok := things[id]; return ok })
	shown, err := v.byKeys(wanted)
	if err != nil {
		return nil, err
	}
	if len(shown) > 0 {
		more, err := ask(distinct(valuesOf(shown)))
		if err != nil {
			return nil, err
		}
		for id, as := range shown {
			things[id] = more[as]
		}
	}
	for i, id := range ids {
		if id != "" {
			answers[i] = things[id]
		}
	}
	return answers, nil
}

// distinct returns each id once, without "".
func distinct(ids []mail.ID) []mail.ID {
	var once []mail.ID
	seen := map[mail.ID]bool{"": true}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			once = append(once, id)
		}
	}
	return once
}

func valuesOf(shown map[mail.ID]mail.ID) []mail.ID {
	var ids []mail.ID
	for _, id := range shown {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// maxClauses is how many keys one search of the index looks for; the index
// itself takes no more than 1,024.
const maxClauses = 500

// byKeys finds the ids that entries show by those of any of their keys.
func (v *view) byKeys(ids []mail.ID) (map[mail.ID]mail.ID, error) {
	shown := map[mail.ID]mail.ID{}
	for some := range slices.Chunk(ids, maxClauses) {
		asked := map[string]mail.ID{}
		var hashes []string
		for _, id := range some {
			_, h, _ := id.Parse()
			hashes = append(hashes, hexHash(h))
			asked[hexHash(h)] = id
		}
		err := v.query(func(values []any) error {
			for key := range strings.FieldsSeq(text(values[1])) {
				if id, ok := asked[key]; ok {
					shown[id] = mail.ID(text(values[0]))
				}
			}
			return nil
		}, `CALL db.index.fulltext.queryNodes('skein_search', $keys) YIELD node RETURN node.id, node.searchKeys`,
			map[string]any{"keys": "searchKeys:(" + strings.Join(hashes, " OR ") + ")"})
		if err != nil {
			return nil, err
		}
	}
	return shown, nil
}

// idTexts are ids as the driver takes them.
func idTexts(ids []mail.ID) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return texts
}
