package query

// Document is the folded text of one message, as it is indexed: in every
// field, tokens joined by single blanks (see Fold). A boundary token between
// two values of a field (two addresses, two file names) keeps a phrase from
// running over it.
type Document struct {
	Subject, Body, From, To, Cc, Bcc, Files string
}
