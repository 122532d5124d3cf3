package sample

import (
	"fmt"
	"time"
)

// locale is the language of somebody's mailer, not of the mail: what it puts
// around a quote and before a subject.
type locale int

const (
	english locale = iota
	german
	french
	spanish
)

var (
	locales       = []locale{english, german, french, spanish}
	localeWeights = newWeights(90, 5, 3, 2)
)

var (
	replyPrefix   = []string{"Re: ", "AW: ", "RE : ", "RE: "}
	forwardPrefix = []string{"Fwd: ", "WG: ", "TR : ", "RV: "}
	originalBar   = []string{"Original Message", "Ursprüngliche Nachricht", "Message d'origine", "Mensaje original"}
)

// labels of a quoted header block: From, Sent, To, Cc, Subject.
var labels = [][5]string{
	{"From", "Sent", "To", "Cc", "Subject"},
	{"Von", "Gesendet", "An", "Cc", "Betreff"},
	{"De", "Envoyé", "À", "Cc", "Objet"},
	{"De", "Enviado", "Para", "CC", "Asunto"},
}

// attribution is the line above a quote of who wrote at t.
func attribution(l locale, m mailer, t time.Time, name, address string) string {
	switch {
	case l == german:
		return fmt.Sprintf("Am %s schrieb %s <%s>:", t.Format("02.01.2006 um 15:04"), name, address)
	case l == french:
		return fmt.Sprintf("Le %s, %s <%s> a écrit :", t.Format("02/01/2006 15:04"), name, address)
	case l == spanish:
		return fmt.Sprintf("El %s, %s <%s> escribió:", t.Format("02/01/2006 15:04"), name, address)
	case m == apple:
		return fmt.Sprintf("On %s, %s wrote:", t.Format("Jan 2, 2006, at 3:04 PM"), name)
	case m == bird:
		return fmt.Sprintf("On %s, %s wrote:", t.Format("01/02/2006 03:04 PM"), name)
	}
	return fmt.Sprintf("On %s, %s <%s> wrote:", t.Format("Mon, Jan 2, 2006 at 3:04 PM"), name, address)
}
