package sqlite

import (
	"sync"

	"skein/internal/mail"
)

// Texts keeps the texts of the last few rounds for those who read a round as
// soon as it is kept: to read them again from the originals costs a fifth of
// what loading them did. The nil Texts keeps nothing.
type Texts struct {
	mutex  sync.Mutex
	rounds []map[mail.SHA]string // the last is the round under way
}

// textRounds is how many rounds are remembered: the one under way, one that is
// read and one that waits to be.
const textRounds = 3

// put keeps the text of a mail of the round under way.
func (t *Texts) put(sha mail.SHA, text string) {
	if t == nil {
		return
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if len(t.rounds) == 0 {
		t.rounds = append(t.rounds, map[mail.SHA]string{})
	}
	t.rounds[len(t.rounds)-1][sha] = text
}

// next begins another round.
func (t *Texts) next() {
	if t == nil {
		return
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.rounds = append(t.rounds, map[mail.SHA]string{})
	if len(t.rounds) > textRounds {
		t.rounds = t.rounds[1:]
	}
}

// text returns the text of a mail, if it is remembered.
func (t *Texts) text(sha mail.SHA) (string, bool) {
	if t == nil {
		return "", false
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for _, round := range t.rounds {
		if text, ok := round[sha]; ok {
			return text, true
		}
	}
	return "", false
}
