package ingest

import (
	"path/filepath"

	"skein/internal/store"
)

// batch names the batch of a file: by the manifest, by --batch, or by the
// argument it was found under.
func (o *Options) batch(arg, path string) store.Batch {
	b := store.Batch{Collection: o.Collection, Owners: o.Owners, Name: o.Batch, Published: o.Published, URL: o.PublisherURL}
	if o.Manifest != nil {
		if line, ok := o.Manifest.find(path, o.publisherID(path)); ok {
			b.Name, b.Published = line.Batch, line.Published
			return b
		}
	}
	if b.Name == "" {
		if whole, err := filepath.Abs(arg); err == nil {
			arg = whole
		}
		b.Name = filepath.Base(arg)
	}
	return b
}

// batches are those that the items of a file may belong to: its own, and,
// for what lies in an archive, any of the manifest.
func (o *Options) batches(arg, path string) []store.Batch {
	own := o.batch(arg, path)
	all := []store.Batch{own}
	if o.Manifest == nil {
		return all
	}
	for _, name := range o.Manifest.batches() {
		if name != own.Name {
			all = append(all, store.Batch{Collection: o.Collection, Owners: o.Owners, Name: name, URL: o.PublisherURL})
		}
	}
	return all
}

// publisherID finds the publisher's id in the path of a one-message file.
func (o *Options) publisherID(path string) string {
	if o.PublisherID == nil {
		return ""
	}
	m := o.PublisherID.FindStringSubmatch(path)
	if len(m) > 1 {
		return m[1]
	}
	if len(m) == 1 {
		return m[0]
	}
	return ""
}
