package neo4j

import (
	"strings"

	"skein/internal/mail"
	"skein/internal/store"
)

// publication writes everything in p. First goes what is gone, then comes what
// messages refer to, then every message before anything that joins two.
func (w *writing) publication(p *store.Publication) error {
	for _, step := range []func(*store.Publication) error{
		w.gone, w.releases, w.rejected, w.people, w.addresses, w.threads,
		w.bodies, w.files, w.attachments, w.recipients, w.copies, w.variants, w.claims, w.places, w.ties,
	} {
		if err := step(p); err != nil {
			return err
		}
	}
	return nil
}

// items is about how many things p holds.
func items(p *store.Publication) int {
	g := p.Gone
	return len(g.Messages) + len(g.Threads) + len(g.People) + len(g.Addresses) + len(g.Batches) + len(p.Batches) +
		len(p.Rejected) + len(p.People) + len(p.Addresses) + len(p.Threads) + len(p.Files) + len(p.Messages) + len(p.Ties)
}

// gone takes out what the ledger does not hold any more, and what messages own
// that comes anew.
func (w *writing) gone(p *store.Publication) error {
	if w.whole {
		return nil
	}
	bodies, places := idRows(p.Gone.Messages), []any{}
	for _, m := range p.Messages {
		if m.Body && !m.New {
			bodies = append(bodies, string(m.ID))
		}
		if m.Place && !m.New {
			places = append(places, string(m.ID))
		}
	}
	if err := w.loosen(bodies); err != nil {
		return err
	}
	threads := make([]any, len(p.Gone.Threads))
	for i, k := range p.Gone.Threads {
		threads[i] = threadKey(k)
	}
	for _, s := range []struct {
		cypher string
		rows   []any
	}{
		{`UNWIND $rows AS id MATCH (:Message {id: id})<-[:COPY_OF]-(c) DETACH DELETE c`, idRows(p.Gone.Messages)},
		{`UNWIND $rows AS id MATCH (:Message {id: id})<-[:VARIANT_OF]-(v) DETACH DELETE v`, bodies},
		{`UNWIND $rows AS id MATCH (:Message {id: id})<-[s:SENT]-() DELETE s`, bodies},
		{`UNWIND $rows AS id MATCH (:Message {id: id})-[t:TO|CC|BCC|CLAIMS|ATTACHES]->() DELETE t`, bodies},
		{`UNWIND $rows AS id MATCH (:Message {id: id})-[r:REPLY_TO|MAY_REPLY_TO|CITES|IN_THREAD]->() DELETE r`, places},
		{`UNWIND $rows AS id MATCH (m:Message {id: id}) DETACH DELETE m`, idRows(p.Gone.Messages)},
		{`UNWIND $rows AS key MATCH (t:Thread {key: key}) DETACH DELETE t`, threads},
		{`UNWIND $rows AS id MATCH (p:Person {id: id}) DETACH DELETE p`, idRows(p.Gone.People)},
		{`UNWIND $rows AS id MATCH (a:Address {id: id}) DETACH DELETE a`, idRows(p.Gone.Addresses)},
		{`UNWIND $rows AS id MATCH (:Batch {id: id})<-[:REJECTED_FROM]-(r) DETACH DELETE r`, idRows(p.Gone.Batches)},
		{`UNWIND $rows AS id MATCH (b:Batch {id: id}) DETACH DELETE b`, idRows(p.Gone.Batches)},
	} {
		if err := w.remove(s.cypher, s.rows); err != nil {
			return err
		}
	}
	return nil
}

func idRows(ids []mail.ID) []any {
	rows := make([]any, len(ids))
	for i, id := range ids {
		rows[i] = string(id)
	}
	return rows
}

func (w *writing) releases(p *store.Publication) error {
	rows := make([]any, len(p.Batches))
	for i, b := range p.Batches {
		rows[i] = []any{string(b.ID), properties{"sources": b.Sources, "url": clean(b.URL)}.
			text("id", string(b.ID)).text("collection", b.Collection).text("name", b.Name).text("published", b.Published)}
	}
	return w.rows("batches", `UNWIND $rows AS r MERGE (b:Batch {id: r[0]}) SET b = r[1] RETURN count(*)`, rows)
}

func (w *writing) rejected(p *store.Publication) error {
	rows := make([]any, len(p.Rejected))
	for i, j := range p.Rejected {
		rows[i] = []any{string(j.Batch), properties{
			"batchId": string(j.Batch), "source": clean(j.Source), "offset": j.Offset, "length": j.Length,
			"reason": clean(j.Reason), "sha256": j.SHA.String(),
		}}
	}
	return w.rows("rejected items", `UNWIND $rows AS r MATCH (b:Batch {id: r[0]})
		CREATE (j:Rejected)-[:REJECTED_FROM]->(b) SET j = r[1] RETURN count(*)`, rows)
}

func (w *writing) threads(p *store.Publication) error {
	created, changed := map[string][]any{}, []any{}
	for _, t := range p.Threads {
		key := threadKey(t.Key())
		all := properties{
			"key": key, "id": string(t.ID), "subject": clean(t.Subject),
			"messageCount": t.MessageCount, "missingCount": t.MissingCount, "latestMs": milli(t.LatestAt),
		}
		all.time("startedAt", t.StartedAt).time("latestAt", t.LatestAt)
		if t.New {
			labels := viewLabels(t.Views)
			created[labels] = append(created[labels], all)
		} else {
			changed = append(changed, []any{key, all})
		}
	}
	for labels, rows := range created {
		if err := w.rows("threads", `UNWIND $rows AS r CREATE (t:Thread`+labels+`) SET t = r RETURN count(*)`, rows); err != nil {
			return err
		}
	}
	return w.rows("threads", `UNWIND $rows AS r MATCH (t:Thread {key: r[0]}) SET t = r[1] RETURN count(*)`, changed)
}

// threadKey is by which a thread is found.
func threadKey(k store.ThreadKey) string {
	if k.Views == [mail.Views]bool{true, true} {
		return string(k.ID)
	}
	for view, held := range k.Views {
		if held {
			return string(k.ID) + "/" + viewNames[view]
		}
	}
	return string(k.ID) + "/"
}

// viewLabels are the labels of a thread that those views hold together.
func viewLabels(views [mail.Views]bool) string {
	var labels []string
	for view, label := range threadLabels {
		if views[view] {
			labels = append(labels, ":"+label)
		}
	}
	return strings.Join(labels, "")
}
