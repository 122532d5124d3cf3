package neo4j

import (
	"skein/internal/mail"
	"skein/internal/store"
)

// places writes where messages stand. All messages are there.
func (w *writing) places(p *store.Publication) error {
	var moved, threads, chosen, others, cites []any
	for i := range p.Messages {
		m := &p.Messages[i]
		if !m.Place {
			continue
		}
		id := string(m.ID)
		if !m.New && !w.whole { // else bodies wrote it
			moved = append(moved, []any{id, m.CitedCount})
		}
		threads = append(threads, threadRows(m)...)
		c, o := linkRows(m)
		chosen, others = append(chosen, c...), append(others, o...)
		for _, cited := range m.Cites {
			cites = append(cites, []any{id, string(cited)})
		}
	}
	const ends = `UNWIND $rows AS r MATCH (m:Message {id: r[0]}) MATCH (p:Message {id: r[1]}) `
	for _, s := range []struct {
		what, cypher string
		rows         []any
	}{
		{"places", `UNWIND $rows AS r MATCH (m:Message {id: r[0]}) SET m.citedCount = r[1] RETURN count(*)`, moved},
		{"places in threads", `UNWIND $rows AS r MATCH (m:Message {id: r[0]}) MATCH (t:Thread {key: r[1]})
			CREATE (m)-[:IN_THREAD]->(t) RETURN count(*)`, threads},
		{"reply links", ends + `CREATE (m)-[l:REPLY_TO]->(p) SET l = r[2] RETURN count(*)`, chosen},
		{"reply candidates", ends + `CREATE (m)-[l:MAY_REPLY_TO]->(p) SET l = r[2] RETURN count(*)`, others},
		{"citations", ends + `CREATE (m)-[:CITES]->(p) RETURN count(*)`, cites},
	} {
		if err := w.rows(s.what, s.cypher, s.rows); err != nil {
			return err
		}
	}
	return nil
}

// threadRows joins a message to its threads: to one, where both views hold the
// same entries together. The labels of a thread say of which views it is.
func threadRows(m *store.PublishedMessage) []any {
	id, certain, probable := string(m.ID), m.ThreadOf[mail.Certain], m.ThreadOf[mail.Probable]
	if certain == probable {
		return []any{[]any{id, threadKey(certain)}}
	}
	return []any{[]any{id, threadKey(certain)}, []any{id, threadKey(probable)}}
}

// linkRows are the links to candidate parents, those that a view chose and the
// others.
func linkRows(m *store.PublishedMessage) (chosen, others []any) {
	for rank, l := range m.Candidates {
		all := properties{"kind": string(l.Kind), "confidence": l.Confidence, "rank": rank}
		if len(l.Evidence) > 0 {
			all["evidenceSha"] = l.Evidence[0].SHA.String()
			all.text("evidenceValue", l.Evidence[0].Value)
		}
		row := []any{string(m.ID), string(l.Parent), all}
		if views := choosing(m.Links, l); len(views) > 0 {
			all["view"] = views
			chosen = append(chosen, row)
		} else {
			others = append(others, row)
		}
	}
	return chosen, others
}

// choosing names the views that chose a candidate.
func choosing(links [mail.Views]*mail.Link, l mail.Link) []string {
	var views []string
	for view, chosen := range links {
		if chosen != nil && chosen.Parent == l.Parent && chosen.Kind == l.Kind {
			views = append(views, viewNames[view])
		}
	}
	return views
}
