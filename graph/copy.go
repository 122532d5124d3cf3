package graph

import (
	"context"
	"fmt"

	"skein/graph/internal/model"
	"skein/internal/mail"
)

// rawCopy resolves the batch of a copy.
type rawCopy struct{}

// Batch answers the batch the copy was released in.
func (rawCopy) Batch(ctx context.Context, c *model.Copy) (*model.Batch, error) {
	found, err := from(ctx).batch(ctx, c.Record.Batch)
	if err == nil && found == nil {
		return nil, fmt.Errorf("batch %s of a copy is not listed", c.Record.Batch)
	}
	return found, err
}

func copies(found []mail.Copy, first int) ([]model.Copy, error) {
	if err := checkRange("first", first, maxPage); err != nil {
		return nil, err
	}
	return model.Copies(found, first), nil
}
