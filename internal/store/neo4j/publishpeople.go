package neo4j

import (
	"skein/internal/mail"
	"skein/internal/store"
)

func (w *writing) people(p *store.Publication) error {
	var created, changed []any
	for _, h := range p.People {
		all := properties{
			"id": string(h.ID), "sentCount": h.SentCount, "receivedCount": h.ReceivedCount, "totalCount": h.SentCount + h.ReceivedCount,
		}.text("name", h.Name).text("search", h.Search)
		if h.Owner {
			all["owner"] = true
		}
		if h.New {
			created = append(created, all)
		} else {
			changed = append(changed, []any{string(h.ID), all})
		}
	}
	if err := w.rows("people", `UNWIND $rows AS r CREATE (p:Person) SET p = r RETURN count(*)`, created); err != nil {
		return err
	}
	return w.rows("people", `UNWIND $rows AS r MATCH (p:Person {id: r[0]}) SET p = r[1] RETURN count(*)`, changed)
}

// addresses come after the people who use them.
func (w *writing) addresses(p *store.Publication) error {
	var created, changed, moved, uses []any
	for _, a := range p.Addresses {
		all := properties{"id": string(a.ID), "sentCount": a.SentCount, "receivedCount": a.ReceivedCount}.
			text("address", a.Address.Address).texts("names", a.Names)
		if a.New {
			created = append(created, all)
		} else {
			changed = append(changed, []any{string(a.ID), all})
		}
		if a.Uses {
			uses = append(uses, []any{string(a.Person), string(a.ID)})
			if !a.New {
				moved = append(moved, string(a.ID))
			}
		}
	}
	if err := w.rows("addresses", `UNWIND $rows AS r CREATE (a:Address) SET a = r RETURN count(*)`, created); err != nil {
		return err
	}
	if err := w.rows("addresses", `UNWIND $rows AS r MATCH (a:Address {id: r[0]}) SET a = r[1] RETURN count(*)`, changed); err != nil {
		return err
	}
	if err := w.remove(`UNWIND $rows AS id MATCH (:Address {id: id})<-[u:USES]-() DELETE u`, moved); err != nil {
		return err
	}
	return w.rows("uses of addresses", `UNWIND $rows AS r MATCH (p:Person {id: r[0]}) MATCH (a:Address {id: r[1]})
		CREATE (p)-[:USES]->(a) RETURN count(*)`, uses)
}

// addressID is the id of the address of that text.
func addressID(address string) string { return string(mail.AddressHash(address).ID(mail.PersonLetter)) }

// ties writes who wrote to whom. Of an address that is new there is no tie
// yet, and to look for one costs more than to make it.
func (w *writing) ties(p *store.Publication) error {
	fresh := map[string]bool{}
	for _, a := range p.Addresses {
		if a.New {
			fresh[a.Address.Address] = true
		}
	}
	var gone, created, merged []any
	for _, t := range p.Ties {
		ends := []any{addressID(t.From), addressID(t.To)}
		switch {
		case len(t.Months) == 0:
			gone = append(gone, ends)
		case w.whole || fresh[t.From] || fresh[t.To]:
			created = append(created, append(ends, tieProperties(t.Months)))
		default:
			merged = append(merged, append(ends, tieProperties(t.Months)))
		}
	}
	const ends = `UNWIND $rows AS r MATCH (f:Address {id: r[0]}) MATCH (t:Address {id: r[1]}) `
	if err := w.remove(`UNWIND $rows AS r MATCH (:Address {id: r[0]})-[t:TIE]->(:Address {id: r[1]}) DELETE t`, gone); err != nil {
		return err
	}
	if err := w.rows("ties", ends+`CREATE (f)-[w:TIE]->(t) SET w = r[2] RETURN count(*)`, created); err != nil {
		return err
	}
	return w.rows("ties", ends+`MERGE (f)-[w:TIE]->(t) SET w = r[2] RETURN count(*)`, merged)
}

func tieProperties(months []store.TieMonth) properties {
	var sum [3]int
	var first, last *int64
	n := len(months)
	names, counts := make([]int64, 0, n), make([]int64, 0, 3*n)
	firsts, lasts := make([]int64, 0, n), make([]int64, 0, n)
	for _, m := range months {
		names = append(names, int64(m.Month))
		for role, count := range m.Count {
			counts = append(counts, int64(count))
			sum[role] += count
		}
		firsts, lasts = append(firsts, milli(m.First)), append(lasts, milli(m.Last))
		if m.First != nil && (first == nil || *m.First < *first) {
			first = m.First
		}
		if m.Last != nil && (last == nil || *m.Last > *last) {
			last = m.Last
		}
	}
	return properties{
		"count": sum[0] + sum[1] + sum[2], "toCount": sum[0], "ccCount": sum[1], "bccCount": sum[2],
		"months": names, "monthCounts": counts, "monthFirst": firsts, "monthLast": lasts,
	}.time("firstAt", first).time("lastAt", last)
}
