// Package neo4j publishes the ledger's graph to a Neo4j database and reads it
// from there. The ledger decides; what is published is what it decided, round
// by round, so that both engines answer alike. It is the only home of the
// driver.
package neo4j

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/notifications"
)

// Config says how to reach a database.
type Config struct {
	URL      string // neo4j://host:7687, bolt://…, with +s or +ssc for TLS; no path, no password
	Database string // "neo4j" when empty
	User     string // "neo4j" when empty
	Password string
	// QueryTimeout ends a question, in the database as well; 30 s when 0.
	QueryTimeout time.Duration
	// Pool is the most connections; 64 when 0.
	Pool int
}

// ParseURL reads "neo4j://[user[:password]@]host[:port][/database]". The error
// repeats nothing of a password.
func ParseURL(text string) (Config, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return Config{}, errors.New("a Neo4j store is named by a URL such as neo4j://localhost:7687/neo4j")
	}
	c := Config{URL: u.Scheme + "://" + u.Host, Database: strings.Trim(u.Path, "/"), User: u.User.Username()}
	c.Password, _ = u.User.Password()
	if strings.Contains(c.Database, "/") {
		return Config{}, errors.New("a Neo4j URL has one name behind the host, that of the database")
	}
	return c, nil
}

// database is a reachable database.
type database struct {
	driver  bolt.DriverWithContext
	name    string
	where   string // for people: URL and database, no password
	timeout time.Duration
}

// connect opens a pool and sees that the database answers.
func connect(ctx context.Context, c Config) (*database, error) {
	if c.Database == "" {
		c.Database = "neo4j"
	}
	if c.User == "" {
		c.User = "neo4j"
	}
	if c.QueryTimeout == 0 {
		c.QueryTimeout = 30 * time.Second
	}
	if c.Pool == 0 {
		c.Pool = 64
	}
	d := &database{name: c.Database, where: c.URL + "/" + c.Database, timeout: c.QueryTimeout}
	driver, err := bolt.NewDriverWithContext(c.URL, bolt.BasicAuth(c.User, c.Password, ""), func(o *config.Config) {
		o.MaxConnectionPoolSize = c.Pool
		o.ConnectionAcquisitionTimeout = 10 * time.Second
		o.SocketConnectTimeout = 5 * time.Second
		o.ReadBufferSize = 64 << 10
		o.FetchSize = 5000
		o.TelemetryDisabled = true
		o.NotificationsMinSeverity = notifications.DisabledLevel
		o.UserAgent = "skein"
	})
	if err != nil {
		return nil, d.failed(err)
	}
	d.driver = driver
	if err := driver.VerifyConnectivity(ctx); err != nil {
		return nil, errors.Join(d.failed(err), driver.Close(ctx))
	}
	return d, nil
}

func (d *database) close() error { return d.driver.Close(context.Background()) }

// failed says in one sentence what went wrong with the database.
func (d *database) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("neo4j %s: %w", d.where, reason(err))
}
