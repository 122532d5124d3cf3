package sqlite

import (
	"fmt"
	"strings"

	"skein/internal/mail"
	"skein/internal/query"
	"skein/internal/store"
)

// condition is SQL that is true for the messages of an expression or a scope,
// with its parameters. Values never stand in the text.
type condition struct {
	sql  strings.Builder
	args []any
	of   string // the alias of entry in the statement
}

// expr writes e. The text conditions of a conjunction are asked of the full
// text together.
func (c *condition) expr(e query.Expr) {
	if match, ok := fullText(e); ok {
		c.add(c.of+`.id IN (SELECT rowid FROM fts WHERE fts MATCH ?)`, match)
		return
	}
	switch e := e.(type) {
	case nil:
		c.add(`1`)
	case query.And:
		c.join(gather(e), " AND ", `1`)
	case query.Or:
		c.join(e, " OR ", `0`)
	case query.Not:
		c.sql.WriteString("NOT (")
		c.expr(e.Expr)
		c.sql.WriteString(")")
	default:
		c.leaf(e)
	}
}

func (c *condition) add(sql string, args ...any) {
	c.sql.WriteString(sql)
	c.args = append(c.args, args...)
}

func (c *condition) join(parts []query.Expr, with, empty string) {
	if len(parts) == 0 {
		c.add(empty)
		return
	}
	c.sql.WriteString("(")
	for i, part := range parts {
		if i > 0 {
			c.sql.WriteString(with)
		}
		c.expr(part)
	}
	c.sql.WriteString(")")
}

// gather puts the parts of a conjunction that the full text can answer into
// one part.
func gather(parts query.And) []query.Expr {
	var text query.And
	var others []query.Expr
	for _, part := range parts {
		if _, ok := fullText(part); ok {
			text = append(text, part)
		} else {
			others = append(others, part)
		}
	}
	if len(text) == 0 {
		return others
	}
	return append([]query.Expr{text}, others...)
}

const entryOf = `(SELECT entry_id FROM key WHERE hash = ?)`

const addressesOf = `(SELECT id FROM address WHERE person_id = (SELECT person_id FROM address WHERE hash = ?))`

// leaf writes the conditions that are not about text.
func (c *condition) leaf(e query.Expr) {
	switch e := e.(type) {
	case query.Sent:
		c.sent(e.Since, e.Until)
	case query.MessageID:
		// By what contents claim, so that a poisoned id lists all who claim it.
		c.add(c.of+`.id IN (SELECT c.entry_id FROM key k JOIN use u ON u.key_id = k.id AND u.role = 1
			JOIN content c ON c.id = u.content_id WHERE k.hash = ?)`, hashOf(e.PublicID(), mail.MessageLetter))
	case query.InThread:
		c.add(c.of+`.probable_thread IS (SELECT probable_thread FROM entry WHERE id = `+entryOf+`)`, hashOf(e.ID, mail.ThreadLetter))
	case query.InBatch:
		c.add(c.of+`.id IN (SELECT c.entry_id FROM batch b JOIN source s ON s.batch_id = b.id
			JOIN copy k ON k.source_id = s.id JOIN content c ON c.id = k.content_id WHERE b.name = ?)`, e.Name)
	case query.By:
		c.add(c.of+`.id IN (SELECT entry_id FROM recipient WHERE to_id = 0 AND from_id IN `+addressesOf+`)`,
			hashOf(e.Person, mail.PersonLetter))
	case query.With:
		c.with(e.Person)
	case query.Is:
		c.is(e.Property)
	case query.HasDefect:
		c.add(fmt.Sprintf(`(%s.flags & %d AND EXISTS (SELECT 1 FROM content c JOIN json_each(c.facts, '$.x') d
			WHERE c.id = %[1]s.content_id AND d.value ->> 'k' = ?))`, c.of, flagDefective), string(e.Kind))
	case query.Size:
		c.add(`(` + c.of + `.size >= ? AND (? = 0 OR ` + c.of + `.size <= ?))`)
		c.args = append(c.args, e.Min, e.Max, e.Max)
	default:
		c.add(`0`)
	}
}

func (c *condition) sent(since, until *int64) {
	c.add(`(`+c.of+`.sent > ?`, store.Undated)
	if since != nil {
		c.add(` AND `+c.of+`.sent >= ?`, *since)
	}
	if until != nil {
		c.add(` AND `+c.of+`.sent < ?`, *until)
	}
	c.add(`)`)
}

func (c *condition) with(person mail.ID) {
	h := hashOf(person, mail.PersonLetter)
	c.add(c.of+`.id IN (SELECT entry_id FROM recipient WHERE from_id IN `+addressesOf+`
		UNION ALL SELECT entry_id FROM recipient WHERE to_id IN `+addressesOf+`)`, h, h)
}

func (c *condition) is(p query.Property) {
	sql, known := map[query.Property]string{
		query.Root:          `.probable_parent = 0`,
		query.Reply:         `.probable_parent <> 0`,
		query.Duplicate:     `.copies > 1`,
		query.Variant:       `.variants <> '[]'`,
		query.Defective:     fmt.Sprintf(`.flags & %d`, flagDefective),
		query.HasAttachment: fmt.Sprintf(`.flags & %d`, flagAttachment),
		query.Undated:       fmt.Sprintf(`.sent = %d`, store.Undated),
	}[p]
	if !known {
		c.add(`0`)
		return
	}
	c.add(`(` + c.of + sql + `)`)
}

// scope writes the conditions of s.
func (c *condition) scope(s store.Scope) {
	c.sql.WriteString("(")
	c.expr(s.Match)
	if s.Since != nil || s.Until != nil {
		c.add(` AND `)
		c.sent(s.Since, s.Until)
	}
	if len(s.Batches) > 0 {
		c.add(` AND ` + c.of + `.id IN (SELECT c.entry_id FROM batch b JOIN source s ON s.batch_id = b.id
			JOIN copy k ON k.source_id = s.id JOIN content c ON c.id = k.content_id WHERE b.hash IN (`)
		for i, id := range s.Batches {
			if i > 0 {
				c.add(`, `)
			}
			c.add(`?`, hashOf(id, mail.BatchLetter))
		}
		c.add(`))`)
	}
	for _, id := range s.Without {
		c.add(` AND NOT `)
		c.with(id)
	}
	if s.MaxRecipients > 0 {
		c.add(` AND `+c.of+`.recipients <= ?`, s.MaxRecipients)
	}
	c.sql.WriteString(")")
}

// hashOf returns the hash of an id, or one that nothing has when the id is of
// another kind.
func hashOf(id mail.ID, letter byte) []byte {
	got, h, ok := id.Parse()
	if !ok || got != letter {
		return []byte{}
	}
	return h[:]
}

// columns are the columns of the full text, by field.
var columns = map[query.Field]string{
	query.InSubject: "subject", query.InBody: "body", query.InFrom: "sender", query.InTo: "recipient",
	query.InCc: "cc", query.InBcc: "bcc", query.InFiles: "files",
	query.InAttached: "attached",
}

// fullText writes e in the language of FTS5, when it is made of words alone.
func fullText(e query.Expr) (string, bool) {
	switch e := e.(type) {
	case query.Words:
		return phrase(e), true
	case query.And:
		return joinText(e, " AND ")
	case query.Or:
		return joinText(e, " OR ")
	}
	return "", false
}

func joinText(parts []query.Expr, with string) (string, bool) {
	texts := make([]string, len(parts))
	for i, part := range parts {
		text, ok := fullText(part)
		if !ok {
			return "", false
		}
		texts[i] = text
	}
	return "(" + strings.Join(texts, with) + ")", len(parts) > 0
}

// phrase quotes words. Tokens are letters and digits, so nothing in them ends
// the quotes.
func phrase(w query.Words) string {
	text := `"` + strings.ReplaceAll(strings.Join(w.Tokens, " "), `"`, ``) + `"`
	if w.Prefix {
		text += " *"
	}
	if column, ok := columns[w.Field]; ok {
		text = "{" + column + "} : " + text
	}
	return text
}
