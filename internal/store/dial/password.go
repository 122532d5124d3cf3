package dial

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// Exposed is the warning that goes with a password in a URL.
const Exposed = "the password in the store's URL can be seen in the process list; SKEIN_STORE_PASSWORD or SKEIN_STORE_PASSWORD_FILE keep it out of there"

// ShowsPassword says whether the URL of a store holds a password.
func (s Store) ShowsPassword() bool {
	u, err := url.Parse(s.URL)
	if err != nil || u.User == nil {
		return false
	}
	_, set := u.User.Password()
	return set
}

// Password returns the password of a store, which is in SKEIN_STORE_PASSWORD
// or in the file that SKEIN_STORE_PASSWORD_FILE names; empty when there is
// none.
func Password(getenv func(string) string) (string, error) {
	password, file := getenv("SKEIN_STORE_PASSWORD"), getenv("SKEIN_STORE_PASSWORD_FILE")
	switch {
	case file == "":
		return password, nil
	case password != "":
		return "", errors.New("SKEIN_STORE_PASSWORD and SKEIN_STORE_PASSWORD_FILE are both set, give one of them")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("SKEIN_STORE_PASSWORD_FILE: %w", err)
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), nil
}
