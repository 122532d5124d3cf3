package neo4j

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"skein/internal/mail"
	"skein/internal/store"
)

// bodies writes what messages are made of, and how often new ones are cited.
func (w *writing) bodies(p *store.Publication) error {
	created, changed := map[bool][]any{}, map[bool][]any{} // by missing
	for i := range p.Messages {
		m := &p.Messages[i]
		switch {
		case m.New:
			all := body(m)
			all["citedCount"] = m.CitedCount
			created[m.Missing] = append(created[m.Missing], all)
		case m.Body:
			changed[m.Missing] = append(changed[m.Missing], []any{string(m.ID), body(m)})
		}
	}
	const change = `UNWIND $rows AS r MATCH (m:Message {id: r[0]}) WITH m, r, m.citedCount AS cited
		SET m = r[1] SET m.citedCount = cited `
	for _, s := range []struct {
		cypher string
		rows   []any
	}{
		{`UNWIND $rows AS r CREATE (m:Message) SET m = r RETURN count(*)`, created[false]},
		{`UNWIND $rows AS r CREATE (m:Message:Missing) SET m = r RETURN count(*)`, created[true]},
		{change + `REMOVE m:Missing RETURN count(*)`, changed[false]},
		{change + `SET m:Missing RETURN count(*)`, changed[true]},
	} {
		if err := w.rows("messages", s.cypher, s.rows); err != nil {
			return err
		}
	}
	return nil
}

// body is the properties that say what a message is made of.
func body(m *store.PublishedMessage) properties {
	all := properties{"id": string(m.ID)}.texts("messageIds", m.MessageIDs).text("searchKeys", keyWords(m))
	if m.Missing {
		return all
	}
	all["size"], all["copyCount"], all["variantCount"] = m.Size, m.CopyCount, m.VariantCount
	all["recipientCount"], all["sentMs"], all["sha256"] = m.RecipientCount, store.Undated, m.Canonical.String()
	if m.HasSubject {
		all["subject"] = clean(m.Subject)
	}
	if m.Sent != nil {
		all["sentMs"], all["dateOffset"] = m.Sent.Milli, m.Sent.Offset
		all.time("sentAt", &m.Sent.Milli)
	}
	d := m.Document
	return all.text("listId", m.ListID).text("text", m.Text).texts("people", peopleOf(m.Entry)).
		texts("attachments", attachmentNames(m.Attachments)).texts("defects", defectKinds(m.Defects)).text("parts", parts(m.Entry)).
		text("searchSubject", d.Subject).text("searchBody", d.Body).text("searchFrom", d.From).text("searchTo", d.To).
		text("searchCc", d.Cc).text("searchBcc", d.Bcc).text("searchFiles", d.Files).text("searchAttached", d.Attached)
}

// keyWords are the words by which a message is found by its keys.
func keyWords(m *store.PublishedMessage) string {
	words := make([]string, 0, len(m.Keys)+len(m.Poisoned))
	for _, h := range m.Keys {
		words = append(words, hexHash(h))
	}
	for _, id := range m.Poisoned {
		words = append(words, poisonMark+hexHash(mail.MessageIDKey(id).Hash()))
	}
	return strings.Join(words, " ")
}

// byRole are the correspondents of an entry by role.
func byRole(e *mail.Entry) [4][]mail.Correspondent {
	return [4][]mail.Correspondent{mail.From: e.From, mail.To: e.To, mail.Cc: e.Cc, mail.Bcc: e.Bcc}
}

func peopleOf(e *mail.Entry) []string {
	var threes []string
	for role, field := range byRole(e) {
		for _, c := range field {
			threes = append(threes, mail.Role(role).String(), c.Address, c.Name)
		}
	}
	return threes
}

func attachmentNames(all []mail.Attachment) []string {
	names := make([]string, len(all))
	for i, a := range all {
		names[i] = a.Name
	}
	return names
}

func defectKinds(all []mail.Defect) []string {
	kinds := make([]string, len(all))
	for i, d := range all {
		kinds[i] = string(d.Kind)
	}
	return kinds
}

// partsText is how attachments and defects are kept whole, in the words of
// mail.
type partsText struct {
	Attachments []mail.Attachment `json:"a,omitempty"`
	Defects     []mail.Defect     `json:"d,omitempty"`
	HTML        bool              `json:"w,omitempty"`
}

func parts(e *mail.Entry) string {
	if len(e.Attachments)+len(e.Defects) == 0 && !e.HTML {
		return ""
	}
	text, err := json.Marshal(partsText{e.Attachments, e.Defects, e.HTML})
	if err != nil {
		panic(err) // plain values always can be written
	}
	return string(text)
}

// recipients joins messages to the addresses they are from and to. Each
// address stands once in a field, however often the mail names it there.
func (w *writing) recipients(p *store.Publication) error {
	for role, cypher := range [4]string{
		mail.From: `CREATE (a)-[:SENT]->(m)`, mail.To: `CREATE (m)-[:TO]->(a)`,
		mail.Cc: `CREATE (m)-[:CC]->(a)`, mail.Bcc: `CREATE (m)-[:BCC]->(a)`,
	} {
		var rows []any
		for m := range bodiesOf(p) {
			if ids := addressIDs(byRole(m.Entry)[role]); len(ids) > 0 {
				rows = append(rows, []any{string(m.ID), ids})
			}
		}
		err := w.batches("addresses of messages", `UNWIND $rows AS r MATCH (m:Message {id: r[0]})
			UNWIND r[1] AS id MATCH (a:Address {id: id}) `+cypher+` RETURN count(*)`, rows, lists)
		if err != nil {
			return err
		}
	}
	return nil
}

func addressIDs(field []mail.Correspondent) []string {
	ids := make([]string, len(field))
	for i, c := range field {
		ids[i] = addressID(c.Address)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// lists counts what the lists of rows hold.
func lists(batch []any) int {
	n := 0
	for _, row := range batch {
		n += len(row.([]any)[1].([]string))
	}
	return n
}

// bodiesOf yields the messages whose body is written.
func bodiesOf(p *store.Publication) iter.Seq[*store.PublishedMessage] {
	return func(yield func(*store.PublishedMessage) bool) {
		for i := range p.Messages {
			if p.Messages[i].Body && !yield(&p.Messages[i]) {
				return
			}
		}
	}
}

// copies joins messages to their copies. Copies are facts, so those that are
// there stay: every node that a transaction takes out makes each of its later
// look-ups in an index slower.
func (w *writing) copies(p *store.Publication) error {
	kept, gone, err := w.keptCopies(p)
	if err != nil {
		return err
	}
	if err := w.remove(`UNWIND $rows AS id MATCH (c) WHERE elementId(c) = id DETACH DELETE c`, gone); err != nil {
		return err
	}
	var rows []any
	for m := range bodiesOf(p) {
		for _, c := range m.Copies {
			if kept[copyOf(m, c)] {
				continue
			}
			rows = append(rows, []any{string(m.ID), string(c.Batch), properties{
				"source": clean(c.Source), "part": clean(c.Part), "offset": c.Offset, "length": c.Length, "sha256": c.SHA.String(),
			}.text("publisherId", c.PublisherID)})
		}
	}
	return w.rows("copies", `UNWIND $rows AS r MATCH (m:Message {id: r[0]}) MATCH (b:Batch {id: r[1]})
		CREATE (m)<-[:COPY_OF]-(c:Copy)-[:IN_BATCH]->(b) SET c = r[2] RETURN count(*)`, rows)
}

// copyKey tells the copies of messages apart.
type copyKey struct {
	message, batch, source, part, sha string
	offset                            int64
}

func copyOf(m *store.PublishedMessage, c mail.Copy) copyKey {
	return copyKey{string(m.ID), string(c.Batch), clean(c.Source), clean(c.Part), c.SHA.String(), c.Offset}
}

// keptCopies looks at the copies of messages that are there already: those that
// stay, and, by their element ids, those that are gone.
func (w *writing) keptCopies(p *store.Publication) (kept map[copyKey]bool, gone []any, err error) {
	wanted := map[copyKey]bool{}
	var rows []any
	for m := range bodiesOf(p) {
		if m.New {
			continue
		}
		rows = append(rows, string(m.ID))
		for _, c := range m.Copies {
			wanted[copyOf(m, c)] = true
		}
	}
	kept = map[copyKey]bool{}
	if w.whole || len(rows) == 0 {
		return kept, nil, nil
	}
	err = w.query(`UNWIND $rows AS id MATCH (:Message {id: id})<-[:COPY_OF]-(c:Copy)
		RETURN id, [(c)-[:IN_BATCH]->(b:Batch) | b.id], c.source, c.part, c.sha256, c.offset, elementId(c)`, map[string]any{"rows": rows},
		func(values []any) {
			k := copyKey{text(values[0]), "", text(values[2]), text(values[3]), text(values[4]), number(values[5])}
			if batches := values[1].([]any); len(batches) > 0 { // else the batch is gone, and the copy with it
				k.batch = text(batches[0])
			}
			if wanted[k] && !kept[k] {
				kept[k] = true
			} else {
				gone = append(gone, values[6])
			}
		})
	return kept, gone, err
}

func (w *writing) variants(p *store.Publication) error {
	var rows []any
	for m := range bodiesOf(p) {
		for rank, v := range m.Variants {
			rows = append(rows, []any{string(m.ID), variant(v, rank)})
		}
	}
	return w.rows("variants", `UNWIND $rows AS r MATCH (m:Message {id: r[0]})
		CREATE (v:Variant)-[:VARIANT_OF]->(m) SET v = r[1] RETURN count(*)`, rows)
}

func variant(v mail.Variant, rank int) properties {
	shas := []string{v.SHA.String()}
	for _, c := range v.Copies {
		shas = append(shas, c.SHA.String())
	}
	slices.Sort(shas)
	var threes []string
	for _, m := range v.From {
		threes = append(threes, mail.From.String(), m.Address, m.Name)
	}
	all := properties{"sha256": v.SHA.String(), "shas": slices.Compact(shas), "rank": rank}.
		text("subject", v.Subject).texts("people", threes)
	if v.Sent != nil {
		all["dateOffset"] = v.Sent.Offset
		all.time("sentAt", &v.Sent.Milli)
	}
	return all
}

// claims joins messages to the poisoned ids they state. An id that no message
// states any more goes.
func (w *writing) claims(p *store.Publication) error {
	var rows []any
	for m := range bodiesOf(p) {
		for _, id := range m.Poisoned {
			rows = append(rows, []any{string(m.ID), string(mail.MessageIDKey(id).Hash().ID(mail.MessageLetter)), clean(id)})
		}
	}
	err := w.rows("claims", `UNWIND $rows AS r MATCH (m:Message {id: r[0]})
		MERGE (p:PoisonedId {id: r[1]}) SET p.messageId = r[2] CREATE (m)-[:CLAIMS]->(p) RETURN count(*)`, rows)
	if err != nil || w.whole {
		return err
	}
	_, err = w.number(`MATCH (p:PoisonedId) WHERE NOT EXISTS { (p)<-[:CLAIMS]-() } DELETE p RETURN count(*)`, nil)
	return err
}
