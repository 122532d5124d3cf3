package mailbox

import (
	"path"
	"strings"
)

// ignoredNames are what mail programs and file managers keep beside mails.
// None of them holds a mail that is nowhere else.
var ignoredNames = names(
	".notmuch", "xapian", ".mu", ".xapian", // search indexes
	"dovecot-uidlist", "dovecot-uidvalidity", "dovecot-keywords", "dovecot-acl-list", "dovecot-attributes", // Dovecot
	"dovecot.mailbox.log", "subscriptions", "maildirsize", "maildirfolder", "courierimapsubscribed",
	"courierimapuiddb", "courierimapkeywords", "courierimaphieracl", "courierimapacl", // Courier
	".mh_sequences", ".xmhcache", ".mh_profile", // MH
	".uidvalidity", ".mbsyncstate", ".isyncuidmap.db", ".imap", // mbsync, Dovecot's mbox indexes
	".ds_store", "thumbs.db", "desktop.ini", "__macosx", ".git", // file managers, version control
)

var ignoredPrefixes = []string{
	"dovecot.index", "dovecot.list.index", "dovecot-uidvalidity.", "dovecot.index.cache", "._",
}

// ignored says whether a file or folder of that base name is passed over.
func ignored(name string) bool {
	name = strings.ToLower(name)
	if ignoredNames[name] || strings.HasSuffix(name, ".msf") {
		return true
	}
	for _, prefix := range ignoredPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// ignoredPath says whether any part of a path is passed over.
func ignoredPath(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if ignored(part) {
			return true
		}
	}
	return false
}

// inMaildir says whether a file stands where a Maildir keeps its messages. In
// an archive this is all that can be known.
func inMaildir(name string) bool {
	switch path.Base(path.Dir(name)) {
	case "cur":
		return true
	case "new": // a name that begins with a time, as a Maildir's do
		digits := 0
		for base := path.Base(name); digits < len(base) && isDigit(base[digits]); {
			digits++
		}
		return digits >= 9
	}
	return false
}
