package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"skein/internal/evidence"
)

// notmuch lets notmuch index a collection, each mail one file, and returns in
// which thread it puts each mail. A mail without Message-ID has a name that
// notmuch makes up.
func (e *evaluation) notmuch(ctx context.Context, c evidence.Collection) (grouping, error) {
	maildir, err := evidence.Maildir(ctx, e.corpora, c)
	if err != nil {
		return nil, err
	}
	index := filepath.Join(e.work, "notmuch-"+filepath.Base(maildir))
	if err := os.MkdirAll(index, 0o755); err != nil {
		return nil, err
	}
	config := index + ".conf"
	text := fmt.Sprintf("[database]\npath=%s\nmail_root=%s\n[user]\nname=x\nprimary_email=x@example.org\n"+
		"[new]\ntags=unread\n[maildir]\nsynchronize_flags=false\n", index, maildir)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	call := func(args ...string) ([]byte, error) {
		return evidence.Output(exec.CommandContext(ctx, evidence.Notmuch.Command, append([]string{"--config=" + config}, args...)...))
	}
	if _, err := call("new", "--quiet"); err != nil {
		return nil, err
	}
	shown, err := call("show", "--format=json", "--body=false", "--entire-thread=true", "--exclude=false", "*")
	if err != nil {
		return nil, err
	}
	return readThreads(shown)
}

// readThreads reads what `notmuch show --format=json` prints: a list of
// threads, each a list of pairs of a mail and the list of its answers.
func readThreads(shown []byte) (grouping, error) {
	var threads []json.RawMessage
	if err := json.Unmarshal(shown, &threads); err != nil {
		return nil, fmt.Errorf("notmuch show: %w", err)
	}
	found := grouping{}
	for n, thread := range threads {
		for waiting := []json.RawMessage{thread}; len(waiting) > 0; waiting = waiting[1:] {
			var pairs [][2]json.RawMessage
			if err := json.Unmarshal(waiting[0], &pairs); err != nil {
				return nil, fmt.Errorf("notmuch show: %w", err)
			}
			for _, pair := range pairs {
				var mail *struct{ ID string }
				if err := json.Unmarshal(pair[0], &mail); err != nil {
					return nil, fmt.Errorf("notmuch show: %w", err)
				}
				if mail == nil {
					return nil, errors.New("notmuch show: a mail of a thread is not shown")
				}
				found[mail.ID] = fmt.Sprint(n)
				waiting = append(waiting, pair[1])
			}
		}
	}
	return found, nil
}
