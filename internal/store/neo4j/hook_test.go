package neo4j

import "context"

// Observe tells see every statement of r before it is sent.
func (r *Reader) Observe(see func(cypher string, params map[string]any)) { r.observe = see }

// Ask runs a statement as one look.
func (r *Reader) Ask(ctx context.Context, cypher string) error {
	return r.look(ctx, func(v *view) error {
		return v.query(func([]any) error { return nil }, cypher, nil)
	})
}
