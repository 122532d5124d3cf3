package neo4j

import (
	"errors"
	"fmt"
	"net"
	"strings"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"skein/internal/store"
)

var (
	outOfMemory = codes(`Neo.TransientError.General.OutOfMemoryError`, `Neo.TransientError.General.MemoryPoolOutOfMemoryError`,
		`Neo.TransientError.General.TransactionMemoryLimit`, `Neo.TransientError.General.TransactionOutOfMemoryError`,
		`Neo.ClientError.General.TransactionOutOfMemoryError`, `Neo.ClientError.General.TransactionMemoryLimit`)
	readOnly = codes(`Neo.ClientError.Cluster.NotALeader`, `Neo.ClientError.General.ForbiddenOnReadOnlyDatabase`,
		`Neo.ClientError.General.WriteOnReadOnlyAccessDatabase`)
	notRunning = codes(`Neo.TransientError.General.DatabaseUnavailable`, `Neo.ClientError.Database.UnableToStartDatabase`,
		`Neo.DatabaseError.Database.UnableToStartDatabase`, `Neo.TransientError.Cluster.Routing`)
)

func codes(all ...string) map[string]bool {
	set := map[string]bool{}
	for _, code := range all {
		set[code] = true
	}
	return set
}

// connectivity says whether an error is of the way to the database.
func connectivity(err error) bool {
	var failed *bolt.ConnectivityError
	return errors.As(err, &failed)
}

// reason gives an error of the driver its meaning, in one sentence.
func reason(err error) error {
	var lost *bolt.ConnectivityError
	if errors.As(err, &lost) {
		return fmt.Errorf("%w: %s", store.ErrUnavailable, silence(lost.Inner))
	}
	var failed *bolt.Neo4jError
	if !errors.As(err, &failed) {
		return err
	}
	code := failed.Code
	switch {
	case notRunning[code]:
		return fmt.Errorf("%w: the server answers, but the database is not running", store.ErrUnavailable)
	case code == `Neo.ClientError.Security.CredentialsExpired`:
		return errors.New("the user's password has run out; set another one in Neo4j first")
	case code == `Neo.ClientError.Security.AuthenticationRateLimit`:
		return errors.New("the password was wrong too often; wait a moment, and check SKEIN_STORE_PASSWORD")
	case code == `Neo.ClientError.Security.Unauthorized`:
		return errors.New("the user or the password is wrong; the password is read from SKEIN_STORE_PASSWORD or SKEIN_STORE_PASSWORD_FILE")
	case code == `Neo.ClientError.Security.Forbidden`:
		return errors.New("the user may not do this; it needs the rights to read, to write and to make indexes")
	case code == `Neo.ClientError.Database.DatabaseNotFound`:
		return fmt.Errorf("%w: the server has no database of that name", store.ErrNotFound)
	case readOnly[code]:
		return errors.New("it cannot be written; name the leader, or use neo4j:// so that the driver finds it")
	case outOfMemory[code]:
		return errors.New("it has too little memory for this; raise server.memory.heap.max_size or dbms.memory.transaction.total.max")
	case timedOut[code]:
		return errors.New("it took too long, so the database stopped it")
	case strings.HasSuffix(code, `.ConstraintValidationFailed`):
		return fmt.Errorf("somebody else wrote to the graph (%s); `ingest publish --replace` writes it anew", failed.Msg)
	case strings.Contains(failed.Msg, `no such fulltext schema index`):
		return fmt.Errorf("%w: its full-text index is missing; run `ingest publish`", store.ErrVersion)
	}
	return err
}

// silence says why there is no answer.
func silence(err error) string {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return "it does not answer: " + dial.Err.Error()
	}
	// The driver hides the type of what TLS says.
	if text := err.Error(); strings.HasPrefix(text, "tls: ") || strings.HasPrefix(text, "x509: ") {
		return "TLS does not work: " + text
	}
	return "it does not answer any more"
}
