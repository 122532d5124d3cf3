package mailbox

import "io/fs"

// classify opens a file and says whether it holds many mails (Mbox, Archive,
// PST, CSV) or is one message, or none (Message). It reads an mbox up to its second
// separator.
func (w *walk) classify(name string) (Format, error) {
	opened, err := openFile(w.root, name)
	if err != nil {
		return Message, err
	}
	defer opened.close()
	budget := newBudget(opened.size, w.opts)
	view := &w.views[0]
	view.reset(opened)
	for depth := 0; ; depth++ {
		what := recognise(view.need(headSize))
		switch {
		case what.isArchive():
			return Archive, nil
		case what == isStore:
			return PST, nil
		}
		if !what.isCompression() || depth == maxLayers {
			return w.leafFormat(view, what), nil
		}
		decoder, err := openDecoder(what, view)
		if err != nil {
			return Message, nil
		}
		defer closeDecoder(decoder)
		view = &w.views[depth+1]
		view.reset(&layer{r: decoder, what: what.String(), budget: budget})
	}
}

func (w *walk) leafFormat(view *window, what kind) Format {
	switch w.opts.Format {
	case Mbox:
		return Mbox
	case Message, Maildir:
		return Message
	}
	if what == isTable {
		return CSV
	}
	if what != isMbox {
		return Message
	}
	cut := newSplitter(view, 0)
	cut.next()
	if cut.more() {
		return Mbox
	}
	return Message
}

// isMaildir says whether a folder is one: it has cur, or new and tmp.
func isMaildir(entries []fs.DirEntry) bool {
	has := make(map[string]bool, 3)
	for _, entry := range entries {
		if entry.IsDir() && (isBox(entry.Name()) || entry.Name() == "tmp") {
			has[entry.Name()] = true
		}
	}
	return has["cur"] || has["new"] && has["tmp"]
}

// isBox says whether a Maildir keeps messages in a folder of that name.
func isBox(name string) bool { return name == "cur" || name == "new" }
