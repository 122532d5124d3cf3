package neo4j

import (
	"skein/internal/mail"
	"skein/internal/store"
)

// files writes the files of attachments. What is there stays: of one file a
// ledger always says the same.
func (w *writing) files(p *store.Publication) error {
	rows := make([]any, len(p.Files))
	for i, f := range p.Files {
		rows[i] = []any{f.SHA.String(), properties{"sha256": f.SHA.String(), "size": f.Size}.
			text("type", f.Type).text("text", f.Text).text("note", f.Note)}
	}
	return w.rows("files", `UNWIND $rows AS r MERGE (f:Attachment {sha256: r[0]}) ON CREATE SET f = r[1] RETURN count(*)`, rows)
}

// attachments joins messages to the files they carry, once for each part, and
// takes out files that no message carries any more.
func (w *writing) attachments(p *store.Publication) error {
	var rows []any
	for m := range bodiesOf(p) {
		for _, a := range m.Attachments {
			rows = append(rows, []any{string(m.ID), a.SHA.String(), attaches(a)})
		}
	}
	err := w.rows("attachments", `UNWIND $rows AS r MATCH (m:Message {id: r[0]}) MATCH (f:Attachment {sha256: r[1]})
		CREATE (m)-[a:ATTACHES]->(f) SET a = r[2] RETURN count(*)`, rows)
	if err != nil {
		return err
	}
	return w.remove(`UNWIND $rows AS sha MATCH (f:Attachment {sha256: sha}) WHERE NOT EXISTS { (f)<-[:ATTACHES]-() } DELETE f`, w.loose)
}

// attaches is what a message says of an attachment.
func attaches(a mail.Attachment) properties {
	all := properties{"part": a.Part}.text("name", a.Name).text("type", a.Type).text("contentId", a.ContentID)
	if a.Inline {
		all["inline"] = true
	}
	return all
}

// loosen notes the files that messages carry which go or come anew.
func (w *writing) loosen(messages []any) error {
	if len(messages) == 0 {
		return nil
	}
	return w.query(`UNWIND $rows AS id MATCH (:Message {id: id})-[:ATTACHES]->(f:Attachment) RETURN DISTINCT f.sha256`,
		map[string]any{"rows": messages}, func(values []any) { w.loose = append(w.loose, values[0]) })
}
